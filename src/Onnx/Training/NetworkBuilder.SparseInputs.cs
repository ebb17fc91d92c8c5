namespace MLSeqGraph.Onnx;

// Inputs with few nonzero elements: a product with a matrix reads only those.
public sealed partial class NetworkBuilder
{
    /// <summary>Suffix of the inputs that hold a sparse input's elements and the plan over them.</summary>
    internal const string SparseSuffix = "_sparse";

    private readonly Dictionary<Value, SparseElements> _sparse = [];

    /// <summary>
    /// An input [rows, columns] with few nonzero elements. A deployed model takes it dense. In training its nonzero elements are fed
    /// with a plan over them, row by row; the dense form is an input only if an operation other than <see cref="SpMM"/>,
    /// <see cref="Dropout"/> and <see cref="NormalizedRows"/> reads it.
    /// </summary>
    public Value SparseInput(string name, Dim rows, long columns)
    {
        var dense = Input(name, ElementType.Float, [rows, columns]);
        if (Mode == NetworkMode.Deployment)
            return dense;
        dense.IsDroppable = true;
        var elements = GraphEdges.Fed(this, name + SparseSuffix, columns, rows, null);
        var values = PlanInput(name + SparseSuffix + "/values", ElementType.Float, [elements.Count]);
        _sparse[dense] = new(elements, Op.Unsqueeze(values, 1));
        return dense;
    }

    /// <summary>Whether products with a value read only its nonzero elements.</summary>
    internal bool IsSparse(Value x) => _sparse.ContainsKey(x);

    /// <summary>The matrix product x · w, for a sparse input by its nonzero elements only.</summary>
    /// <param name="x">[rows, columns], with leading axes where it isn't sparse.</param>
    /// <param name="w">[columns, features].</param>
    public Value SpMM(Value x, Value w) =>
        _sparse.TryGetValue(x, out var sparse) ? sparse.Elements.WeightedSumOfSources(w, sparse.Values) : Op.MatMul(x, w);

    /// <summary>Rows divided by the sum of their absolute values; a row of zeros stays.</summary>
    /// <param name="x">[rows, columns].</param>
    public Value NormalizedRows(Value x) => Transformed(x,
        dense => dense / Op.OrOne(Op.ReduceSum(Op.Abs(dense), [1])),
        values => values / Op.OrOne(_sparse[x].Elements.Targets(_sparse[x].Elements.Sum(Op.Abs(values)))));

    /// <summary>Columns divided by a number each.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="by">[columns].</param>
    internal Value DividedColumns(Value x, float[] by) => Transformed(x,
        dense => dense / Graph.Vector(by),
        values => values / _sparse[x].Elements.Sources(Op.Unsqueeze(Graph.Vector(by), 1)));

    // The dense form is written too; unless something reads it, it is removed together with its own inputs.
    private Value Transformed(Value x, Func<Value, Value> dense, Func<Value, Value> elements)
    {
        if (!_sparse.TryGetValue(x, out var sparse))
            return dense(x);
        var before = Graph.Inputs.Count;
        var transformed = dense(x);
        foreach (var input in Graph.Inputs.Skip(before))
            input.IsDroppable = true;
        _sparse[transformed] = sparse with { Values = elements(sparse.Values) };
        return transformed;
    }

    /// <summary>The nonzero elements of a sparse input: for each an edge from its column to its row, and its value [elements, 1].</summary>
    private sealed record SparseElements(GraphEdges Elements, Value Values);
}
