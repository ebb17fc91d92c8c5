namespace MLSeqGraph.Onnx;

/// <summary>The purpose of a network's graph.</summary>
public enum NetworkMode
{
    /// <summary>Training: parameters are inputs, dropout is on.</summary>
    Training,
    /// <summary>The training graph with dropout off.</summary>
    Evaluation,
    /// <summary>The deployed model: parameters are constants, fused operators where ONNX has them.</summary>
    Deployment,
}

/// <summary>
/// A network being written: its graph, its parameters and its purpose. A network is a function that takes one and
/// declares inputs and calls operations and layers; it runs once for each <see cref="NetworkMode"/>.
/// </summary>
public sealed partial class NetworkBuilder
{
    private readonly Dictionary<string, Value> _parameterValues = new(StringComparer.Ordinal);
    private readonly HashSet<string> _scopes = new(StringComparer.Ordinal);
    private readonly List<HostInput> _hostInputs = [];
    private readonly List<TableLookup> _tables = [];
    private readonly List<(Value Statistic, Value Next)> _statistics = [];
    private readonly Random _random;
    private readonly bool _areParametersGiven;
    private string _scope = "";
    private Value? _statisticShare;

    /// <summary>Starts a network.</summary>
    /// <param name="parameters">The set where parameters are found, or added on first use.</param>
    /// <param name="mode">What the graph is for.</param>
    /// <param name="seed">Seed of new parameters' initial values.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="target">
    /// Where the graph will run; null for the CPU, where training and evaluation use faster operations of our own.
    /// </param>
    public NetworkBuilder(ParameterSet parameters, NetworkMode mode, int seed = 0, string name = "network", ExecutionTarget? target = null)
    {
        Parameters = parameters;
        Mode = mode;
        Graph = new Graph(name) { UsesKernels = mode != NetworkMode.Deployment && KernelLibrary.IsOn(target) };
        _random = new Random(seed);
    }

    /// <summary>
    /// Starts a network in a graph in which all parameters are given as values; asking for another one is an error.
    /// </summary>
    internal NetworkBuilder(Graph graph, NetworkMode mode, IEnumerable<KeyValuePair<string, Value>> parameterValues)
    {
        Parameters = new();
        Mode = mode;
        Graph = graph;
        Graph.UsesKernels |= mode != NetworkMode.Deployment && KernelLibrary.IsOn();
        _random = new Random(0);
        foreach (var (name, value) in parameterValues)
            _parameterValues.Add(name, value);
        _areParametersGiven = _parameterValues.Count > 0;
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    // Prefix of the parameters' names, which also says which layer the nodes belong to.
    private string Scoped
    {
        get => _scope;
        set => (_scope, Graph.Root.Scope) = (value, value.TrimEnd('/'));
    }

    /// <summary>What the graph is for.</summary>
    public NetworkMode Mode { get; }

    /// <summary>All parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Inputs that the training session computes from the batch: dropout masks, aggregation plans.</summary>
    internal IReadOnlyList<HostInput> HostInputs => _hostInputs;

    /// <summary>Inputs of aggregation plans, which gradients may declare after the network is written.</summary>
    internal List<Value> PlanInputs { get; private init; } = [];

    /// <summary>Tables of which a step updates only the rows it reads.</summary>
    internal IReadOnlyList<TableLookup> Tables => _tables;

    /// <summary>Running statistics, each with its value after the step.</summary>
    internal IReadOnlyList<(Value Statistic, Value Next)> Statistics => _statistics;

    /// <summary>The parameters used so far, with the value that stands for each.</summary>
    internal IReadOnlyDictionary<string, Value> ParameterValues => _parameterValues;

    /// <summary>The factor of the learning rate that new parameters get.</summary>
    internal float LearningRateFactor { get; set; } = 1;

    /// <summary>Declares an input of the model.</summary>
    public Value Input(string name, ElementType type, Shape shape) => Graph.Input(name, type, shape);

    /// <summary>An input that is part of an aggregation plan; the same name gives the same input.</summary>
    internal Value PlanInput(string name, ElementType type, Shape shape)
    {
        if (PlanInputs.Find(input => input.Name == name) is { } known)
            return known;
        PlanInputs.Add(Graph.Input(name, type, shape));
        return PlanInputs[^1];
    }

    /// <summary>
    /// A trained tensor. The same name gives the same parameter (tied weights).
    /// </summary>
    /// <param name="name">Name within the current scope.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="initializer">Its first elements.</param>
    /// <param name="decays">Whether weight decay applies.</param>
    /// <exception cref="GraphException">A parameter of that name has other sizes.</exception>
    public Value Parameter(string name, long[] sizes, Initializer initializer, bool decays = true) =>
        Parameter(name, sizes, initializer, decays, isTrained: true);

    /// <summary>
    /// A tensor that training keeps beside the parameters, without gradient, such as a running mean: a step replaces it by the value given
    /// to <see cref="Update"/>; evaluation and the deployed model read it.
    /// </summary>
    /// <param name="name">Name within the current scope.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="initializer">Its first elements.</param>
    public Value Statistic(string name, long[] sizes, Initializer initializer) =>
        Parameter(name, sizes, initializer, decays: false, isTrained: false);

    /// <summary>Sets the value of a <see cref="Statistic"/> after a training step; has no effect in other modes.</summary>
    public void Update(Value statistic, Value next)
    {
        if (Mode != NetworkMode.Training)
            return;
        if (!next.Shape.Equals(statistic.Shape) || next.Type != statistic.Type)
            throw new GraphException($"Update of '{statistic.Name}': expected {statistic.Type} {statistic.Shape}; got {next.Type} {next}.");
        _statistics.Add((statistic, next));
    }

    /// <summary>
    /// The weight of a batch in a running average: the layer's momentum in training, or 1 / steps so far where that is more, and
    /// 1 / batches so far where averages are recomputed for fixed weights, which gives means over the batches.
    /// </summary>
    /// <param name="momentum">The layer's momentum.</param>
    /// <returns>A scalar.</returns>
    public Value StatisticShare(float momentum)
    {
        if (Mode != NetworkMode.Training)
            return Graph.Scalar(momentum);
        _statisticShare ??= Graph.OptionalInput(TrainingModel.StatisticShare, [], TensorData.Scalar(0f));
        return Op.Where(Op.Greater(_statisticShare, Graph.Scalar(0f)), _statisticShare, Op.Max(Graph.Scalar(momentum), -_statisticShare));
    }

    private Value Parameter(string name, long[] sizes, Initializer initializer, bool decays, bool isTrained)
    {
        name = Scoped + name;
        if (_parameterValues.TryGetValue(name, out var known))
            return known.Shape.Equals(Shape.Of(sizes)) ? known : throw Mismatch(name, known.Shape.Sizes, sizes);
        if (_areParametersGiven)
            throw new GraphException($"Parameter '{name}' is not among those given: {string.Join(", ", _parameterValues.Keys)}.");
        var parameter = Parameters.Find(name)
            ?? Parameters.Add(new(name, TensorData.Create(initializer(sizes, _random), sizes), decays, isTrained, LearningRateFactor));
        if (!parameter.Value.Sizes.SequenceEqual(sizes))
            throw Mismatch(name, parameter.Value.Sizes, sizes);
        return _parameterValues[name] = Mode == NetworkMode.Deployment
            ? Graph.Constant(parameter.Value, name)
            : Graph.Input(name, ElementType.Float, Shape.Of(sizes));
    }

    /// <summary>A parameter that the network already uses, by its full name, to tie weights.</summary>
    /// <exception cref="GraphException">The network doesn't use it yet.</exception>
    public Value Known(string name) =>
        _parameterValues.GetValueOrDefault(name)
            ?? throw new GraphException(
                $"The network has no parameter '{name}' yet; it has "
                    + $"{string.Join(", ", _parameterValues.Keys.Select(known => $"'{known}'"))}.");

    /// <summary>
    /// Rows of a trained table [rows, width] by their numbers. A step reads and updates only the rows in the batch, so a table
    /// may be large; other rows keep their optimizer states, and weight decay doesn't apply to them.
    /// </summary>
    /// <param name="name">Name within the current scope.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements per row.</param>
    /// <param name="ids">Row numbers, Int64 of any shape; an input of the model.</param>
    /// <param name="initializer">The table's first elements.</param>
    /// <returns>[.., width].</returns>
    public Value Lookup(string name, long rows, long width, Value ids, Initializer initializer)
    {
        var table = Parameter(name, [rows, width], initializer, decays: false);
        if (Mode != NetworkMode.Training)
            return Op.Gather(table, ids);
        if (ids.Producer is not null || ids.Constant is not null)
            throw new GraphException($"Lookup '{name}': the row numbers {ids} must be an input of the model.");
        var lookup = _tables.Find(known => known.Table == table);
        if (lookup is null)
            _tables.Add(lookup = new TableLookup(table));
        return lookup.Lookup(ids);
    }

    /// <summary>
    /// In training sets elements to 0 with the given probability and scales the others up to keep the mean (Srivastava et al.
    /// 2014); in other modes the identity.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 0, or not below 1.</exception>
    public Value Dropout(Value x, float rate)
    {
        if (rate is < 0 or >= 1 or float.NaN)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and below 1.");
        if (rate == 0 || Mode != NetworkMode.Training)
            return x;
        return Transformed(x, dense => dense * Mask(dense), values => values * Mask(values));

        Value Mask(Value like)
        {
            var mask = Graph.Input($"dropout_mask_{_hostInputs.Count}", ElementType.Float, like.Shape);
            _hostInputs.Add(new DropoutMask(mask, rate, _hostInputs.Count));
            return mask;
        }
    }

    /// <summary>
    /// Opens a scope: names of parameters made until it is disposed of begin with its name. A name used before gets a number, so that
    /// two layers of one kind don't share parameters.
    /// </summary>
    public IDisposable Scope(string name)
    {
        var before = Scoped;
        Scoped = before + name + "/";
        for (var number = 2; !_scopes.Add(Scoped); number++)
            Scoped = $"{before}{name}_{number}/";
        return new ScopeEnd(this, before);
    }

    /// <summary>Opens a scope again: layers written in it share the parameters of those written in it before.</summary>
    public IDisposable SharedScope(string name)
    {
        var before = Scoped;
        Scoped = before + name + "/";
        _scopes.RemoveWhere(known => known.StartsWith(Scoped, StringComparison.Ordinal));
        _scopes.Add(Scoped);
        return new ScopeEnd(this, before);
    }

    private static GraphException Mismatch(string name, IEnumerable<long> known, long[] asked) =>
        new($"Parameter '{name}' has shape [{string.Join(", ", known)}]; the network asks for [{string.Join(", ", asked)}].");

    private sealed class ScopeEnd(NetworkBuilder network, string before) : IDisposable
    {
        public void Dispose() => network.Scoped = before;
    }
}
