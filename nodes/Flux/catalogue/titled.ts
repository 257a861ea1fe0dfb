/** Makes each row of a table with the title that its name stands for: `aspectRatio` is called "Aspect Ratio". */
export const titled = <Name extends string, Row, Made>(
	rows: Record<Name, Row>,
	make: (title: string, row: Row) => Made,
) =>
	Object.fromEntries(
		Object.entries<Row>(rows).map(([name, row]) => [name, make(titleOf(name), row)]),
	) as Record<Name, Made>;

const titleOf = (name: string) => name[0].toUpperCase() + name.slice(1).replace(/[A-Z]/g, ' $&');
