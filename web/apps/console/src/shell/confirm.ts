import { shallowRef } from 'vue';

export interface Question {
  title: string;
  text?: string;
  /** Word on the button that does it, e.g. 删除; never just OK. */
  action: string;
  danger?: boolean;
}

interface OpenQuestion extends Question {
  answer: (yes: boolean) => void;
}

export const openQuestion = shallowRef<OpenQuestion | null>(null);

/** Asks before something that cannot be undone; resolves to what the person chose. */
export function confirm(question: Question): Promise<boolean> {
  openQuestion.value?.answer(false);
  return new Promise((resolve) => {
    openQuestion.value = {
      ...question,
      answer(yes) {
        openQuestion.value = null;
        resolve(yes);
      },
    };
  });
}
