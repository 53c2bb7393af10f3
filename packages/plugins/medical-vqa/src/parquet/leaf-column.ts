import type { SchemaElement } from "hyparquet";
import { ParquetProblem } from "./parquet-problem.js";

/** One column of values as it is stored; a struct has one a field. */
export interface LeafColumn {
  /** Position among the leaves, which is that in every row group. */
  readonly index: number;
  /** Names from the top down. */
  readonly path: readonly string[];
  /** The schema's root and the elements on the path, each with but one child. */
  readonly schema: readonly SchemaElement[];
  readonly element: SchemaElement;
  /** Levels at which a value is there, and of lists within lists. */
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

const NESTING_LIMIT = 16;

/**
 * The leaves of a schema, which is a tree written parents first.
 * @throws ParquetProblem when it is none
 */
export function leafColumns(schema: readonly SchemaElement[]): LeafColumn[] {
  const [root] = schema;
  if (root === undefined) throw new ParquetProblem("its schema is empty");
  const leaves: LeafColumn[] = [];
  let next = 1;
  const visit = (children: number, parents: readonly SchemaElement[]): void => {
    if (children > schema.length || parents.length > NESTING_LIMIT)
      throw new ParquetProblem("its schema is damaged");
    for (let child = 0; child < children; child++) {
      const element = schema[next++];
      if (element === undefined) throw new ParquetProblem("its schema is damaged");
      const path = [...parents, element];
      if ((element.num_children ?? 0) > 0) visit(element.num_children!, path);
      else leaves.push(leaf(leaves.length, root, path));
    }
  };
  visit(root.num_children ?? 0, []);
  return leaves;
}

function leaf(index: number, root: SchemaElement, path: readonly SchemaElement[]): LeafColumn {
  const alone = path.map((element, depth) =>
    depth === path.length - 1 ? element : { ...element, num_children: 1 },
  );
  return {
    index,
    path: path.map(({ name }) => name),
    schema: [{ ...root, num_children: 1 }, ...alone],
    element: path.at(-1)!,
    maxDefinition: path.filter(({ repetition_type: kind }) => kind !== "REQUIRED").length,
    maxRepetition: path.filter(({ repetition_type: kind }) => kind === "REPEATED").length,
  };
}
