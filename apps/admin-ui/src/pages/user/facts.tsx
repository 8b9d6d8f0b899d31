import { Box, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What is known, each with its name; what isn't is a dash. */
export function Facts({ of: facts }: { of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} m={0} verticalSpacing="md">
      {facts.map(([name, value]) => (
        <Box key={name} miw={0}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value === null || value === '' ? '–' : value}
          </Text>
        </Box>
      ))}
    </SimpleGrid>
  );
}
