namespace MLSeqGraph.Onnx;

/// <summary>A tensor in a graph: an input, a constant, or the output of a node.</summary>
public sealed class Value
{
    internal Value(Graph graph, string name, ElementType type, Shape shape, Node? producer = null, TensorData? constant = null)
    {
        Graph = graph;
        Name = name;
        Type = type;
        Shape = shape;
        Producer = producer;
        Constant = constant;
    }

    /// <summary>The graph the value belongs to; graphs inside that one may use it too.</summary>
    public Graph Graph { get; }

    /// <summary>Name, unique in the whole model.</summary>
    public string Name { get; internal set; }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Shape; dimensions may be names.</summary>
    public Shape Shape { get; }

    /// <summary>The node that computes the value; null for inputs and constants.</summary>
    public Node? Producer { get; private set; }

    /// <summary>The elements, where the value is a constant.</summary>
    public TensorData? Constant { get; private set; }

    /// <summary>Whether nobody named it, so that its name says what computes it and no more.</summary>
    internal bool IsNameless { get; init; }

    /// <summary>The value of an optional input that the caller leaves out.</summary>
    internal TensorData? DefaultValue { get; init; }

    /// <summary>Whether the input is removed if nothing reads it, so that nothing should read it only for a size.</summary>
    internal bool IsDroppable { get; set; }

    /// <summary>Elementwise sum.</summary>
    public static Value operator +(Value left, Value right) => Op.Add(left, right);

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(Value left, Value right) => Op.Sub(left, right);

    /// <summary>Elementwise product.</summary>
    public static Value operator *(Value left, Value right) => Op.Mul(left, right);

    /// <summary>Elementwise quotient.</summary>
    public static Value operator /(Value left, Value right) => Op.Div(left, right);

    /// <summary>Elementwise sum with a number.</summary>
    public static Value operator +(Value left, double right) => Op.Add(left, left.Number(right));

    /// <summary>Elementwise difference with a number.</summary>
    public static Value operator -(Value left, double right) => Op.Sub(left, left.Number(right));

    /// <summary>Elementwise product with a number.</summary>
    public static Value operator *(Value left, double right) => Op.Mul(left, left.Number(right));

    /// <summary>Elementwise quotient with a number.</summary>
    public static Value operator /(Value left, double right) => Op.Div(left, left.Number(right));

    /// <summary>Elementwise sum with a number.</summary>
    public static Value operator +(double left, Value right) => Op.Add(right.Number(left), right);

    /// <summary>Elementwise difference with a number.</summary>
    public static Value operator -(double left, Value right) => Op.Sub(right.Number(left), right);

    /// <summary>Elementwise product with a number.</summary>
    public static Value operator *(double left, Value right) => Op.Mul(right.Number(left), right);

    /// <summary>Elementwise quotient with a number.</summary>
    public static Value operator /(double left, Value right) => Op.Div(right.Number(left), right);

    /// <summary>The elementwise negative.</summary>
    public static Value operator -(Value value) => Op.Neg(value);

    internal void MakeConstant(TensorData data) => (Producer, Constant) = (null, data);

    /// <summary>A constant scalar of this value's element type, in its model.</summary>
    internal Value Number(double number) => Graph.Constant(Type switch
    {
        ElementType.Float => TensorData.Scalar((float)number),
        ElementType.Double => TensorData.Scalar(number),
        ElementType.Int32 => TensorData.Scalar(checked((int)number)),
        ElementType.Int64 => TensorData.Scalar(checked((long)number)),
        _ => throw new GraphException($"{this} holds {Type}: it can't be combined with the number {number}."),
    });

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
