import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';

interface Month {
  month: string;
  total: number;
  by_status: Record<string, number>;
  by_type: Record<string, number>;
}

const COLOURS = ['indigo.6', 'teal.6', 'orange.6', 'gray.6'];

/** Stacked areas, and the same as a table for whoever can't see them. */
export default function GrowthChart({ months, by, height }: { months: Month[]; by: 'by_status' | 'by_type'; height: number }) {
  const { t, i18n } = useTranslation();
  const names =
    by === 'by_status' ? USER_STATUSES.map((name) => ({ name, label: t(`status.${name}`) })) : USER_TYPES.map((name) => ({ name, label: t(`type.${name}`) }));
  const monthName = new Intl.DateTimeFormat(i18n.language, { month: 'short', year: '2-digit', timeZone: 'UTC' });
  const data = months.map((month) => ({ month: monthName.format(new Date(`${month.month}-01T00:00:00Z`)), ...month[by] }));
  return (
    <>
      <div aria-hidden>
        <AreaChart
          h={height}
          data={data}
          dataKey="month"
          type="stacked"
          withDots={false}
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          valueFormatter={(value) => value.toLocaleString(i18n.language)}
          areaChartProps={{ accessibilityLayer: false }}
          series={names.map(({ name, label }, index) => ({ name, label, color: COLOURS[index] ?? 'indigo.6' }))}
        />
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t('dashboard.growth')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('dashboard.month')}</th>
              {names.map(({ name, label }) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {months.map((month, index) => (
              <tr key={month.month}>
                <th scope="row">{data[index]?.month}</th>
                {names.map(({ name }) => (
                  <td key={name}>{(month[by][name] ?? 0).toLocaleString(i18n.language)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}
