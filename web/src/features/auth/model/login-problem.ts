import { asProblem } from '@/shared/api/problem';

// What a person reads when the login was refused. It never says which of the two was wrong.
export function loginProblem(error: unknown, secondsLeft: number): string {
  const problem = asProblem(error);
  if (problem.status === 401) return 'User name or password is wrong.';
  if (problem.status === 429) return secondsLeft > 0 ? `Too many attempts. Try again in ${String(secondsLeft)} s.` : 'You can try again now.';
  if (problem.status === 403) return problem.detail || 'This account is locked out.';
  return problem.detail ? `${problem.title}. ${problem.detail}` : problem.title;
}
