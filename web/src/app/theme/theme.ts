import { Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const dark: MantineColorsTuple = [
  '#e6e9ee', '#cbd2da', '#a6b0be', '#7c8796', '#2d3640', '#232a33', '#171c23', '#11151a', '#0d1115', '#0b0e12',
];
const tide: MantineColorsTuple = [
  '#e3fafc', '#c5f1f5', '#99e4ec', '#66d3de', '#3fbfcd', '#27a7b6', '#1a8f9e', '#147886', '#0f6470', '#0b505b',
];

const sans = "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif";
const mono = "'JetBrains Mono', ui-monospace, 'SF Mono', 'Cascadia Mono', monospace";

export const theme = createTheme({
  colors: { dark, tide },
  primaryColor: 'tide',
  primaryShade: { light: 9, dark: 4 },
  autoContrast: true,
  black: '#1b222b',
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: { fontFamily: sans, fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '10px' },
  spacing: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '28px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // The label of a filled button is dark on the bright colours of the dark scheme.
    Button: Button.extend({
      defaultProps: { size: 'xs', fw: 500 },
      vars: (_theme, { variant = 'filled' }) => ({ root: variant === 'filled' ? { '--button-color': 'var(--dn-on-fill)' } : {} }),
    }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm', withThumbIndicator: false } },
    Checkbox: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { withItemsBorders: false, transitionDuration: 0 } },
    Tabs: { defaultProps: { keepMounted: false } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, events: { hover: true, focus: true, touch: false } } },
    // Inside the landmark that they belong to, not at the end of the document; fixed, so that no scrolling box cuts them.
    Menu: {
      defaultProps: {
        shadow: 'md', radius: 'md', transitionProps: { duration: 80 }, withinPortal: false, floatingStrategy: 'fixed', withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Modal: {
      defaultProps: {
        centered: true, overlayProps: { backgroundOpacity: 0.55, blur: 0 }, transitionProps: { duration: 100 },
        attributes: { header: { role: 'presentation' } }, // It is no banner of the page.
      },
    },
    Kbd: { defaultProps: { size: 'xs' } },
  },
});

export const resolveVariables: CSSVariablesResolver = () => ({
  variables: { '--mantine-shadow-md': 'var(--dn-shadow)' },
  dark: {
    '--mantine-color-body': 'var(--dn-bg)',
    '--mantine-color-text': 'var(--dn-text)',
    '--mantine-color-dimmed': 'var(--dn-dim)',
    '--mantine-color-placeholder': '#8b96a5',
    '--mantine-color-anchor': 'var(--dn-accent)',
    '--mantine-color-error': 'var(--dn-red)',
    '--mantine-color-default': 'var(--dn-raised)',
    '--mantine-color-default-border': '#323b46',
    '--mantine-primary-color-contrast': '#06222a',
  },
  light: {
    '--mantine-color-body': 'var(--dn-bg)',
    '--mantine-color-text': 'var(--dn-text)',
    '--mantine-color-dimmed': 'var(--dn-dim)',
    '--mantine-color-placeholder': '#68727f',
    '--mantine-color-anchor': 'var(--dn-accent)',
    '--mantine-color-error': 'var(--dn-red)',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-border': '#c9d0d8',
  },
});
