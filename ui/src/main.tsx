import { render } from 'preact';
import { Root } from './app/root.tsx';
import { startTheme } from './app/theme.ts';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/pages.css';

startTheme();
render(<Root />, document.getElementById('app')!);
