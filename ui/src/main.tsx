import { render } from 'preact';
render(<h1>certscape</h1>, document.getElementById('app')!);
