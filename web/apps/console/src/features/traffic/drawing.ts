/** Charts, loaded when the first is shown. Only what is drawn here is taken of the library. */
import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

export interface Bars {
  labels: string[];
  values: number[];
  text: (value: number) => string;
  /** Where the axis ends; else with the highest bar. */
  most?: number;
}

/** Draws into `box` until `stop`; colours are the tokens', and follow the theme. */
export function drawBars(box: HTMLElement, first: Bars) {
  const chart = init(box, undefined, { renderer: 'svg' });
  let shown = first;
  const draw = () => paint(chart, box, shown);
  const sizes = new ResizeObserver(() => chart.resize());
  const themes = new MutationObserver(draw);
  const system = matchMedia('(prefers-color-scheme: dark)');
  sizes.observe(box);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', draw);
  draw();
  return {
    show(bars: Bars) {
      shown = bars;
      draw();
    },
    stop() {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener('change', draw);
      chart.dispose();
    },
  };
}

function paint(chart: ECharts, box: HTMLElement, { labels, values, text, most }: Bars): void {
  const style = getComputedStyle(box);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = { axisLine: { lineStyle: { color: color('line') } }, axisTick: { show: false }, axisLabel: { color: color('ink-3'), fontFamily: style.fontFamily } };
  chart.setOption({
    animation: false,
    grid: { left: 4, right: 4, top: 12, bottom: 0, outerBoundsMode: 'same' },
    xAxis: { type: 'category', data: labels, ...axis },
    yAxis: {
      type: 'value',
      max: most,
      splitNumber: 3,
      splitLine: { lineStyle: { color: color('line') } },
      axisLabel: { ...axis.axisLabel, formatter: text },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: color('hover'), opacity: 0.6 } },
      backgroundColor: color('surface'),
      borderColor: color('line'),
      textStyle: { color: color('ink'), fontFamily: style.fontFamily, fontSize: 13 },
      renderMode: 'richText',
      valueFormatter: (value: unknown) => text(Number(value)),
    },
    series: [{ type: 'bar', data: values, barMaxWidth: 28, barCategoryGap: '30%', itemStyle: { color: color('accent'), borderRadius: [3, 3, 0, 0] } }],
  });
}
