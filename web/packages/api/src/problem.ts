export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

interface ProblemBody {
  status?: number;
  code?: string;
  title?: string;
  detail?: string;
  field?: string;
  errors?: FieldProblem[];
  retry_after?: number;
}

/**
 * An answer the server refused with, or the lack of an answer.
 *
 * `code` is stable and is what the interface translates; `status` is 0 when the server was not reached
 * (code `unreachable`) or the request was given up (code `aborted`).
 */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: FieldProblem[];
  /** Seconds to wait before the same request can succeed, when the server says so. */
  readonly retryAfter: number | null;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title ?? body.code ?? 'request failed');
    this.name = 'ApiProblem';
    this.status = body.status ?? 0;
    this.code = body.code ?? `status_${this.status}`;
    this.detail = body.detail ?? body.title ?? '';
    this.fields = fieldProblems(body, this.code, this.detail);
    this.retryAfter = body.retry_after ?? null;
  }

  /** Whether the same request may succeed later without anything being changed. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function fieldProblems(body: ProblemBody, code: string, detail: string): FieldProblem[] {
  if (body.errors?.length) return body.errors;
  return body.field ? [{ field: body.field, code, detail }] : [];
}

export function unreachable(cause: unknown): ApiProblem {
  const aborted = cause instanceof DOMException && cause.name === 'AbortError';
  return new ApiProblem({ status: 0, code: aborted ? 'aborted' : 'unreachable' });
}

/** Reads an error answer; bodies that are not problem+json (a proxy's page) become a problem by status alone. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const header = Number(response.headers.get('retry-after'));
  const body = await jsonOrNothing(response);
  return new ApiProblem({
    ...body,
    status: response.status,
    retry_after: body.retry_after ?? (header > 0 ? header : undefined),
  });
}

async function jsonOrNothing(response: Response): Promise<ProblemBody> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
