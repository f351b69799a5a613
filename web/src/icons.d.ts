// Icons are imported one by one, by path: the package's index declares five thousand of them, which costs the compiler and the
// build longer than all the rest together.
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { FC, SVGProps } from 'react';

  export interface IconProps extends SVGProps<SVGSVGElement> {
    size?: number;
    stroke?: number;
  }
  const Icon: FC<IconProps>;
  export default Icon;
}
