/** The life of a chart, loaded when the first is shown. Which kinds there are, the features say. */
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([GridComponent, TooltipComponent, SVGRenderer]);

/** What a chart takes from the page it stands in: the tokens of its theme, and its letters. */
export interface Look {
  color: (token: string) => string;
  label: { color: string; fontFamily: string };
  tooltip: EChartsCoreOption;
}

function lookOf(box: HTMLElement): Look {
  const style = getComputedStyle(box);
  const { fontFamily } = style;
  const color = (token: string) => style.getPropertyValue(`--${token}`).trim();
  return {
    color,
    label: { color: color('ink-3'), fontFamily },
    tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: color('surface'), borderColor: color('line'), textStyle: { color: color('ink'), fontFamily, fontSize: 13 } },
  };
}

/** Draws into `box` until `stop`, anew when it is told to and when the theme changes. */
export function drawInto(box: HTMLElement, options: (look: Look) => EChartsCoreOption) {
  const chart = init(box, undefined, { renderer: 'svg' });
  const draw = () => chart.setOption({ animation: false, ...options(lookOf(box)) });
  const sizes = new ResizeObserver(() => chart.resize());
  const themes = new MutationObserver(draw);
  const system = matchMedia('(prefers-color-scheme: dark)');
  sizes.observe(box);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', draw);
  draw();
  return {
    draw,
    stop() {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener('change', draw);
      chart.dispose();
    },
  };
}
