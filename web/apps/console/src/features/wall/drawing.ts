/** The curve of the queue, loaded when the wall is opened. */
import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

export interface CurvePoint {
  label: string;
  count: number;
}

/** Draws into `box` until `stop`; colours are the tokens', and follow the theme. */
export function drawCurve(box: HTMLElement, first: CurvePoint[]) {
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
    show(points: CurvePoint[]) {
      shown = points;
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

function paint(chart: ECharts, box: HTMLElement, points: CurvePoint[]): void {
  const style = getComputedStyle(box);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const label = { color: color('ink-3'), fontFamily: style.fontFamily, fontSize: 11 };
  chart.setOption({
    animation: false,
    grid: { left: 4, right: 8, top: 6, bottom: 0, outerBoundsMode: 'same' },
    xAxis: { type: 'category', boundaryGap: false, data: points.map((point) => point.label), axisTick: { show: false }, axisLine: { lineStyle: { color: color('line') } }, axisLabel: label },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 2, splitLine: { lineStyle: { color: color('line') } }, axisLabel: label },
    tooltip: { trigger: 'axis', backgroundColor: color('surface'), borderColor: color('line'), textStyle: { color: color('ink'), fontFamily: style.fontFamily, fontSize: 13 }, renderMode: 'richText' },
    series: [{ type: 'line', step: 'end', symbol: 'none', data: points.map((point) => point.count), lineStyle: { color: color('accent'), width: 1.5 }, areaStyle: { color: color('accent'), opacity: 0.12 } }],
  });
}
