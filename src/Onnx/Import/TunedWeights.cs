namespace MLSeqGraph.Onnx;

/// <summary>Tensors of an imported model as parameters of a network, where they are trained, and constants.</summary>
internal sealed class TunedWeights : ImportedWeights
{
    private readonly NetworkBuilder _network;
    private readonly Dictionary<string, ImportedWeight> _weights;
    private readonly HashSet<string> _trained, _adapted;
    private readonly Dictionary<string, float> _rates;
    private readonly LoraOptions _lora;
    private readonly ParsedGraph _graph;

    /// <exception cref="ImportException">An option doesn't fit the weights.</exception>
    internal TunedWeights(NetworkBuilder network, ParsedGraph graph, IReadOnlyList<ImportedWeight> weights, FineTuning tuning)
    {
        (_network, _graph, _lora) = (network, graph, tuning.Lora ?? new());
        _weights = weights.ToDictionary(weight => weight.FileName, StringComparer.Ordinal);
        (_trained, _adapted, _rates) = (tuning.Trained(weights), tuning.Adapted(weights), tuning.Rates(weights));
    }

    internal override bool IsForTraining => _network.Mode != NetworkMode.Deployment;

    internal override Value Value(Graph graph, string name, TensorData tensor)
    {
        if (!_weights.TryGetValue(name, out var weight))
            return graph.Constant(tensor, name);
        if (!_trained.Contains(name))
            return _network.Frozen(weight.Name, tensor);
        return At(name, () => _network.Parameter(weight.Name, [.. tensor.Sizes], Copy(tensor), decays: tensor.Sizes.Count > 1));
    }

    // A table of which a step reads and updates only some rows: the numbers must be those that the model is fed.
    internal override Value? Lookup(string name, Value ids) =>
        _trained.Contains(name) && ids.Graph.Root.OpenBranch is null && _graph.TensorOf(name) is var tensor
            && ids is { Producer: null, Constant: null, Type: ElementType.Int64 }
            ? At(name, () => _network.Lookup(_weights[name].Name, tensor.Sizes[0], tensor.Sizes[1], ids, Copy(tensor))) : null;

    internal override Value Merged(string name, Value weight, bool isTransposed)
    {
        if (IsForTraining || !_adapted.Contains(name))
            return weight;
        var (a, b) = Factors(name, isTransposed);
        var change = Op.MatMul(a, b) * (_lora.Alpha / _lora.Rank);
        return weight + (isTransposed ? Op.Transpose(change, 1, 0) : change);
    }

    internal override Value? Adapted(string name, Value x, bool isTransposed)
    {
        if (!IsForTraining || !_adapted.Contains(name))
            return null;
        var (a, b) = Factors(name, isTransposed);
        return Op.MatMul(Op.MatMul(x, a), b) * (_lora.Alpha / _lora.Rank);
    }

    // With a scale that is frozen the file's statistics are, too; and those of a body, which may not run.
    private bool Learns(string scale) => (!_weights.ContainsKey(scale) || _trained.Contains(scale))
        && _network.Graph is { OpenBranch: null, OpenBody: null };

    internal override bool NormalizesByBatch(string scale) => _network.Mode == NetworkMode.Training && Learns(scale);

    internal override (Value Mean, Value Variance)? Statistics(string scale, string mean, string variance) =>
        Learns(scale) && Statistic(mean) is { } first && Statistic(variance) is { } second ? (first, second) : null;

    private Value? Statistic(string name) => _graph.Find(name) is { Type: ElementType.Float } tensor
        ? _network.Statistic(name, [.. tensor.Sizes], Copy(tensor)) : null;

    internal override Value Share(Graph graph, float share) => _network.StatisticShare(share);

    internal override void Update(params (Value Statistic, Value Next)[] averages)
    {
        foreach (var (statistic, next) in averages)
            _network.Update(statistic, next);
    }

    private (Value A, Value B) Factors(string name, bool isTransposed)
    {
        var weight = _weights[name];
        long inputs = weight.Sizes[isTransposed ? 1 : 0], outputs = weight.Sizes[isTransposed ? 0 : 1];
        return At(name, () => (Factor("a", [inputs, _lora.Rank], Initializers.Uniform(1 / MathF.Sqrt(inputs))),
            Factor("b", [_lora.Rank, outputs], Initializers.Zeros)));

        Value Factor(string which, long[] sizes, Initializer fresh)
        {
            var title = weight.Name + LoraOptions.Suffix + which;
            if (_lora.Start is not { } start)
                return _network.Parameter(title, sizes, fresh);
            if (!start.TryGetValue(title, out var saved) || saved.Type != ElementType.Float || !saved.Sizes.SequenceEqual(sizes))
                throw new ImportException($"{nameof(LoraOptions)}.{nameof(_lora.Start)} has {(saved is null ? "no" : $"{saved} as")} "
                    + $"'{title}'; expected Float [{string.Join(", ", sizes)}]");
            return _network.Parameter(title, sizes, Copy(saved));
        }
    }

    // An adapter learns as fast as its weight.
    private T At<T>(string name, Func<T> write)
    {
        _network.LearningRateFactor = _rates[name];
        var written = write();
        _network.LearningRateFactor = 1;
        return written;
    }

    private static Initializer Copy(TensorData tensor) => (_, _) => (float[])tensor.As<float>().Clone();
}
