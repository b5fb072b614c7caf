/**
 * Runs `answer` for one question at a time. What is asked meanwhile waits, and of that only the newest: the last question
 * is always answered, those between are not.
 */
export function newestFirst<Question>(answer: (question: Question) => Promise<unknown>): (question: Question) => Promise<void> {
  const waiting: Question[] = [];
  let busy = false;
  return async (question) => {
    waiting[0] = question;
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await answer(next);
    } finally {
      busy = false;
    }
  };
}
