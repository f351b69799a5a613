// An answer that is no success, as RFC 9457 describes it, or a server that gave no answer at all (status 0).
export interface FieldProblem {
  pointer: string;
  detail: string;
  code?: string;
}

export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly fields: FieldProblem[];
  readonly retryAfterS: number | null;

  constructor(init: {
    status: number; title: string; code?: string; detail?: string; requestId?: string | null; fields?: FieldProblem[]; retryAfterS?: number | null;
  }) {
    super(init.title);
    this.name = 'ProblemError';
    this.status = init.status;
    this.title = init.title;
    this.code = init.code ?? '';
    this.detail = init.detail ?? '';
    this.requestId = init.requestId ?? null;
    this.fields = init.fields ?? [];
    this.retryAfterS = init.retryAfterS ?? null;
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { pointer, detail, code } = item as Record<string, unknown>;
    return [{ pointer: text(pointer) ?? '', detail: text(detail) ?? '', ...(text(code) ? { code: text(code) } : {}) }];
  });
}

// Reads the body of a refused request. Bodies of proxies in between may be anything; they are not shown.
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ProblemError({
    status: response.status,
    title: text(problem.title) ?? `The server answered ${String(response.status)}`,
    code: text(problem.code),
    detail: text(problem.detail),
    requestId: text(problem.request_id) ?? response.headers.get('X-Request-Id'),
    fields: fieldProblems(problem.errors),
    retryAfterS: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  });
}

export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError({ status: -1, title: 'This page failed', detail: error instanceof Error ? error.message : String(error) });
}
