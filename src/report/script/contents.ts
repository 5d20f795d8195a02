import { verbatim } from '../html.ts';

/** Marks the section that is being read in the list of contents. */
export const CONTENTS = verbatim`
(() => {
  const links = new Map([...document.querySelectorAll('nav.contents a')].map((link) => [link.hash.slice(1), link]));
  const sections = [...document.querySelectorAll('main > section')];
  if (sections.length === 0) return;
  let current = null;
  const list = document.querySelector('nav.contents ol');
  const reveal = () => {
    if (current && list) list.scrollLeft = current.offsetLeft - list.offsetLeft - list.clientWidth / 3;
  };
  const mark = () => {
    const edge = innerHeight * 0.3;
    const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const read = bottom && scrollY > 0 ? sections[sections.length - 1] : sections.filter((section) => section.getBoundingClientRect().top <= edge).pop() || sections[0];
    const link = links.get(read.id);
    if (link === current) return;
    if (current) current.removeAttribute('aria-current');
    if (link) link.setAttribute('aria-current', 'location');
    current = link;
    reveal();
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  addEventListener('resize', mark);
  mark();
})();
`;
