// placeholder
export const fillDemo = async (_shared: unknown, _print: (line: string) => void): Promise<void> => {};
