import { readdirSync } from 'node:fs';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = readdirSync(new URL('./src/features/', import.meta.url));

// A feature knows itself and src/shared; where features meet is src/app.
const islands = features.map((feature) => ({
  files: [`src/features/${feature}/**`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        { group: features.filter((other) => other !== feature).map((other) => `@/features/${other}/**`), message: 'A feature does not import another feature.' },
        { group: ['@/app/**'], message: 'Features do not know the app.' },
        { group: ['../../../**'], message: 'Leave a feature by @/ only.' },
      ],
    }],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'e2e/out/', 'src/shared/api/schema.d.ts'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked, jsxA11y.flatConfigs.strict, reactHooks.configs.flat['recommended-latest']],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 200 }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'package', package: '@tanstack/router-core', name: 'Redirect' }] }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Attacker text is text.' }],
    },
  },
  {
    files: ['src/shared/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@/features/**', '@/app/**'], message: 'Shared code knows neither features nor the app.' }] }] },
  },
  ...islands,
  { files: ['src/test/**'], rules: { '@typescript-eslint/no-empty-function': 'off' } }, // Stand-ins do nothing.
  {
    files: ['e2e/**/*.mjs', 'scripts/*.mjs', 'public/*.js'],
    rules: { 'max-lines': ['error', { max: 200 }], 'no-undef': 'off' },
  },
);
