using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A model file of another program as a network: token ids in, a vector for each token out.</summary>
internal sealed record OnnxSequenceNetwork : SequenceNetwork
{
    private const string Time = "time";

    private readonly ImportedModel _model;
    private readonly OnnxNetworkOptions _options;
    private readonly string _output;
    private readonly IReadOnlyList<TensorInfo> _inputs;

    /// <exception cref="OnnxFileException">The model can't be used: the message says why.</exception>
    internal OnnxSequenceNetwork(string name, string file, ImportedModel model, OnnxNetworkOptions options)
    {
        (Name, File, _model, _options) = (name, file, model, options);
        _output = options.OutputName ?? model.Outputs.FirstOrDefault(output => output.Shape.Rank == 3)?.Name
            ?? throw Wrong($"none of its outputs has a vector for each token; it has {string.Join("; ", model.Outputs)}");
        _inputs = model.InputsOf(Outputs);
        Tokens = TokenInput();
        if (options.NewTokens is { } added)
        {
            var plain = new NetworkBuilder(new(), NetworkMode.Evaluation);
            var read = plain.Input("ids", ElementType.Int64, ["batch", Time]);
            Write(plain, read, null, out _);
            _model = Extended(plain, Table(plain, read), added);
        }
        var trial = new NetworkBuilder(new(), NetworkMode.Evaluation);
        var ids = trial.Input("ids", ElementType.Int64, ["batch", Time]);
        var written = Write(trial, ids, null, out var limits);
        MaximumLength = limits.TryGetValue(Time, out var most) ? (int)Math.Min(most, int.MaxValue) : null;
        var steps = written[_output].Shape;
        if (steps.Rank != 3 || steps[0] != "batch" || steps[1] != Time || !steps[2].IsKnown)
            throw Wrong($"its output '{_output}' is {steps}; expected [batch, {Time}, features]");
        if (options.SummaryOutputName is { } summary && (written[summary].Shape.Rank != 2 || !written[summary].Shape[1].IsKnown))
            throw Wrong($"its output '{summary}' is {written[summary].Shape}; expected [batch, features]");
        Vocabulary = Table(trial, ids)?.Shape[0].Size;
    }

    public override string Name { get; }

    public override int? MaximumLength { get; }

    internal override bool ReadsTokens => true;

    private string File { get; }

    private string Tokens { get; }

    // The number of token vectors; null where that isn't known.
    private long? Vocabulary { get; }

    private string[] Outputs => _options.SummaryOutputName is { } summary && summary != _output ? [_output, summary] : [_output];

    public override EncodedSequence Encode(Sequence x)
    {
        if (x.Tokens is not { } tokens)
            throw new GraphException($"The network '{Name}' reads token ids: train it to predict classes, tags or numbers from a column of "
                + "tokens.");
        var graph = x.Network.Graph;
        if (Vocabulary is { } rows && x.TokenCount + _options.FirstTokenId - 1 > rows)
            throw new GraphException($"The column of tokens has a vocabulary of {x.TokenCount - 1}, whose last id in the network "
                + $"'{Name}' is {x.TokenCount + _options.FirstTokenId - 2}; it has vectors of {rows} ids, from 0 on: tokenize with its "
                + $"own vocabulary, or give further tokens as {nameof(OnnxNetworkOptions.NewTokens)}.");
        if (x.Network.Mode == NetworkMode.Deployment)
        {
            var zero = graph.Scalar(0L);
            tokens = Op.Where(Op.And(Op.GreaterOrEqual(tokens, zero), Op.Less(tokens, graph.Scalar((long)x.TokenCount))), tokens, zero);
        }
        if (_options is not { FirstTokenId: 1, PaddingId: 0 })
            tokens = Op.Where(Op.Equal(tokens, graph.Scalar(0L)), graph.Scalar((long)_options.PaddingId),
                tokens + graph.Scalar(_options.FirstTokenId - 1L));
        var written = Write(x.Network, tokens, x.Lengths, out _);
        var steps = x.With(Op.Transpose(written[_output], 1, 0, 2));                                     // [time, batch, features]
        return new(steps, _options.SummaryOutputName is { } summary ? written[summary] : steps.MeanPooling());
    }

    private IReadOnlyDictionary<string, Value> Write(NetworkBuilder network, Value ids, Value? lengths,
        out IReadOnlyDictionary<string, long> limits) =>
        _model.Write(network, _inputs.ToDictionary(input => input.Name, input => Input(input, network.Graph, ids, lengths)), Outputs,
            _options.Tuning, out limits);

    private Value Input(TensorInfo input, Graph graph, Value ids, Value? lengths)
    {
        var positions = Op.Range(Op.SizeOf(ids, 1), ids.Shape[1]);                                                   // [time]
        var value = input.Name == Tokens ? ids
            : input.Name.Contains("mask", StringComparison.OrdinalIgnoreCase)
                ? lengths is null ? Op.Filled(1L, ids.Shape, ids) : Op.Less(positions, Op.Unsqueeze(lengths, 1))  // [batch, time]
            : input.Name.Contains("type", StringComparison.OrdinalIgnoreCase) ? Types(graph, ids)
            : input.Name.Contains("position", StringComparison.OrdinalIgnoreCase)
                ? Op.Expand(Op.Unsqueeze(positions, 0), ids)
            : throw Wrong($"its input {input} is none of tokens, mask, types or positions, which are all that a network of tokens has");
        return Op.Cast(value, input.Type);
    }

    // 0 up to the first separator, 1 after it.
    private Value Types(Graph graph, Value ids) => _options.SeparatorId is not { } separator ? Op.Filled(0L, ids.Shape, ids)
        : Op.Min(Op.CumSum(Op.Cast(Op.Equal(ids, graph.Scalar((long)separator)), ElementType.Int64), 1, exclusive: true),
            graph.Scalar(1L));

    private string TokenInput()
    {
        var whole = _inputs.Where(input => input is { Type: ElementType.Int64 or ElementType.Int32, Shape.Rank: 2 }).ToArray();
        return _options.TokenInputName is { } named ? _inputs.FirstOrDefault(input => input.Name == named)?.Name
                ?? throw Wrong($"it has no input '{named}' that its output depends on; it has {string.Join("; ", _inputs)}")
            : whole.FirstOrDefault(input => input.Name == "input_ids")?.Name ?? (whole.Length == 1 ? whole[0].Name
                : throw Wrong("which of its inputs are the tokens isn't clear: set "
                    + $"{nameof(OnnxNetworkOptions)}.{nameof(OnnxNetworkOptions.TokenInputName)} to one of {string.Join("; ", _inputs)}"));
    }

    // The model with a vector for each new token.
    private ImportedModel Extended(NetworkBuilder network, Value? table, AddedTokens added)
    {
        var trained = network.ParameterValues.FirstOrDefault(entry => entry.Value == table).Key;
        var weight = _model.Weights.FirstOrDefault(weight => weight.Name == trained)
            ?? throw Wrong($"{nameof(OnnxNetworkOptions.NewTokens)} are given, but its vectors of tokens aren't trained: new ones would "
                + $"stay what they begin as; expected {nameof(OnnxNetworkOptions.Tuning)} that trains them");
        var elements = _model.Elements(weight);
        long rows = elements.Sizes[0], width = elements.Sizes[1], first = added.FirstKey - 1L + _options.FirstTokenId;
        if (added.Pieces.Count == 0 || first < 1 || first > rows)
            throw Wrong($"{nameof(OnnxNetworkOptions.NewTokens)} are {added.Pieces.Count} from key {added.FirstKey} on, id {first}; "
                + $"expected at least one, and an id of 1 to {rows}, after those that it has");
        var (old, all) = (elements.As<float>(), new float[Math.Max(rows, first + added.Pieces.Count) * width]);
        old.CopyTo(all, 0);
        for (var i = 0; i < added.Pieces.Count; i++)
        {
            long[] from = [.. added.Pieces[i].Select(key => key - 1 + _options.FirstTokenId)];
            if (Array.FindIndex(from, row => row < 0 || row >= first) is >= 0 and var bad)
                throw Wrong($"{nameof(OnnxNetworkOptions.NewTokens)}: token {i} is made of key {added.Pieces[i][bad]}; expected "
                    + $"{1 - _options.FirstTokenId} to {added.FirstKey - 1}");
            for (var feature = 0; feature < width; feature++)
                all[(first + i) * width + feature] = (float)(from.Length > 0 ? from.Average(row => (double)old[row * width + feature])
                    : Enumerable.Range(0, (int)first).Average(row => (double)old[row * width + feature]));
        }
        return _model.With(weight, TensorData.Create(all, all.Length / width, width));
    }

    private static Value? Table(NetworkBuilder network, Value ids) => network.Graph.Nodes
        .Where(node => node.OpType == "Gather" && node.Inputs[1] is { } places && (places == ids || places.Producer?.Inputs[0] == ids)
            && node.Inputs[0]!.Shape is [{ IsKnown: true }, _])
        .Select(node => node.Inputs[0]).FirstOrDefault();

    private OnnxFileException Wrong(string problem) => new(File, problem);
}
