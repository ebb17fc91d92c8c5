using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Layers of LSTM that read the step before and tell the next one; with a text, the first one also moves a soft window over its tokens,
/// which it and the layers above read (Graves 2013, section 5.1).
/// </summary>
/// <remarks>
/// The window's weight of token u is Σ α exp(-β (κ - u)²) over some components; α, β and how far κ moves on are exponentials of a
/// linear map of the first layer's state. What is told reads all layers.
/// </remarks>
/// <param name="Layers">Sizes of the layers.</param>
/// <param name="WindowComponents">Components of the window.</param>
/// <param name="Text">The input of tokens; null for none.</param>
/// <param name="BinaryFeatures">Features that are 0 or 1.</param>
/// <param name="Components">Of the mixture that is told.</param>
internal sealed record SeriesGenerationNetwork(LstmOptions Layers, int WindowComponents, string? Text, int BinaryFeatures, int Components)
    : SequenceNetwork, IStepwise
{
    // exp of this: the share of a token that the window moves on in a step, before training.
    private const float FirstMove = -3;

    // Exponents of the window are kept within this of 0.
    private const double Most = 8;

    // Features of the series, before those that stand beside each step.
    private int Features { get; init; }

    public override string Name => Text is null ? "LSTM that draws series" : "LSTM that writes texts as series";

    internal override IStepwise Stepwise => this;

    internal override SequenceNetwork For(SequenceSample rows) => WithFeatures(rows.Features);

    internal SeriesGenerationNetwork WithFeatures(int features) => this with { Features = features };

    public bool IsBefore(string input) => input == ModelFormat.Features;

    public (string, string) Describe(ModelInfo info) => (SeriesGenerationInfo.Key, new SeriesGenerationInfo(
        info.Input.InputName, Text, BinaryFeatures, Components)
    {
        TokenCount = Text is null ? 0 : info.Inputs.First(input => input.InputName == Text).Vocabulary,
    }.ToJson());

    public override EncodedSequence Encode(Sequence x)
    {
        var (series, beside) = Parts(x);
        var first = Op.Filled(0f, series.Shape.With(0, 1), series);
        var before = Op.Renamed(Op.Concat(0, first, Op.Slice(series, 0, 0, -1)), series.Shape);
        return new(x.With(Run(x, before, beside, null)));
    }

    public EncodedSequence Continue(Sequence x)
    {
        var network = x.Network;
        var position = network.Input(GenerativeNetwork.Position, ElementType.Int64, [1]);
        var (before, beside) = Parts(x);
        // Whatever is given before the first step.
        var numbers = Op.Range(Op.SizeOf(before, 0), before.Shape[0]) + position;
        before = Op.Where(Op.Unsqueeze(Op.Equal(numbers, network.Graph.Scalar(0L)), 1, 2), before.Number(0f), before);
        return new(x.With(Run(x, before, beside, name => network.Input("past." + name.Name, ElementType.Float, name.Shape))));
    }

    private (Value Series, Value? Beside) Parts(Sequence x) => x.Features == Features ? (x.Steps, null)
        : (Op.Slice(x.Steps, 2, 0, Features), Op.Slice(x.Steps, 2, Features));

    // All layers' states after each step, [time, batch, layers · hidden]; those before the first step are zeros, or inputs.
    private Value Run(Sequence x, Value before, Value? beside, Func<DecoderState, Value>? past)
    {
        var network = x.Network;
        using (network.Scope("writer"))
        {
            var read = beside is null ? before : Op.Concat(2, before, beside);
            var steps = new List<Value>();
            Value? window = null;
            for (var layer = 0; layer < Layers.Layers; layer++)
                using (network.Scope($"layer_{layer}"))
                {
                    Value[] parts = [read, .. window is null ? [] : (Value[])[window], .. steps.TakeLast(1)];
                    var input = parts.Length == 1 ? read : Op.Concat(2, parts);
                    if (layer > 0)
                        input = network.Dropout(input, Layers.Dropout);
                    if (layer == 0 && Text is not null)
                        (input, window) = Window(x, input, past);
                    else if (past is null)
                        input = network.Recurrent(x.With(input), Layers with { Layers = 1 }, "cell").Output.Steps;
                    else
                        using (network.Scope("cell"))
                            input = Continued(network, input, layer, past);
                    steps.Add(input);
                }
            return steps.Count == 1 ? steps[0] : Op.Concat(2, [.. steps]);
        }
    }

    private Value Continued(NetworkBuilder network, Value input, int layer, Func<DecoderState, Value> past)
    {
        var cell = Layers.CreateCell(network, input.Shape[2].Size);
        DecoderState[] states = [.. States(layer)];
        var (last, outputs) = Op.Scan([.. states.Select(past)], cell.Project(input), (now, slices) =>
        {
            var next = cell.Next(slices, now);
            return (next, [next[0]]);
        });
        Present(network, states, last);
        return outputs[0];
    }

    // The first layer, and the window over the text after each step: [time, batch, hidden], [time, batch, size of tokens].
    private (Value Steps, Value Window) Window(Sequence x, Value input, Func<DecoderState, Value>? past)
    {
        var network = x.Network;
        var text = x.Inputs.Steps(Text!);
        var tokens = Op.Transpose(text.Masked, 1, 0, 2);                                                // [batch, tokens, size]
        var places = Op.Unsqueeze(Op.Cast(Op.Range(Op.SizeOf(tokens, 1), tokens.Shape[1]), ElementType.Float), 0, 1);
        // Only here is the cell within the scope of its layer: it is written step by step in both forms.
        RecurrentCell cell;
        using (network.Scope("cell"))
            cell = Layers.CreateCell(network, input.Shape[2].Size);
        var size = tokens.Shape[2].Size;
        DecoderState[] states = [.. States(0), new("place", ["batch", WindowComponents]), new("window", ["batch", size])];
        Value[] first = past is not null ? [.. states.Select(past)]
            : [.. states.Select(state => Op.Filled(0f, state.Shape.With(0, input.Shape[1]), input))];
        var (last, outputs) = Op.Scan(first, cell.Project(input), (now, slices) =>
        {
            Value[] next;
            using (network.SharedScope("cell"))
                next = cell.Next([.. slices.Zip(cell.ProjectContext(now[^1]), (step, seen) => step + seen)], now[..^2]);
            Value said;
            using (network.SharedScope("window"))
                said = Op.Exp(Op.Clip(network.Linear(next[0], 3 * WindowComponents) + Start(network), -Most, Most));
            var parts = Op.Split(said, 1, WindowComponents, WindowComponents, WindowComponents);         // α, β, moves
            var place = now[^2] + parts[2];
            var far = Op.Unsqueeze(place, 2) - places;                                                   // [batch, components, tokens]
            var weights = Op.ReduceSum(Op.Unsqueeze(parts[0], 2) * Op.Exp(-Op.Unsqueeze(parts[1], 2) * far * far), [1]);
            var seen = Op.Squeeze(Op.MatMul(weights, tokens), 1);                                        // [batch, size]
            return ([.. next, place, seen], [next[0], seen]);
        }, truncation: Layers.Truncation);
        if (past is not null)
            Present(network, states, last);
        return (outputs[0], outputs[1]);
    }

    private Value Start(NetworkBuilder network) => network.Graph.Vector([.. Enumerable.Range(0, 3 * WindowComponents)
        .Select(i => i < 2 * WindowComponents ? 0 : FirstMove)]);

    private IEnumerable<DecoderState> States(int layer) =>
        Layers.StateNames.Select(name => new DecoderState($"{name}.{layer}", ["batch", Layers.Hidden]));

    private static void Present(NetworkBuilder network, DecoderState[] states, Value[] last)
    {
        foreach (var (state, present) in states.Zip(last))
            network.Graph.Output("present." + state.Name, present);
    }
}
