using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The Decision Transformer (Chen et al. 2021): a causal Transformer over the tokens a[0], R[1], s[1], a[1], R[2], s[2], …, of the action
/// before each step, the return that is still to come, and the state; the token of a state tells the action. Without returns it clones
/// behaviour.
/// </summary>
/// <remarks>Each token is a linear map of what it stands for with the step's time added; a trained vector stands for a[0].</remarks>
/// <param name="Options">Sizes and variants of the layers.</param>
/// <param name="Returns">The input of returns to go; null to clone behaviour.</param>
/// <param name="Actions">The input of actions.</param>
/// <param name="Clock">The input of times; null to count steps.</param>
internal sealed record DecisionNetwork(TransformerOptions Options, string? Returns, string Actions, string? Clock)
    : SequenceNetwork, IStepwise
{
    // The first return to go of the training rows, lowest and highest.
    private (float Low, float High) Asked { get; init; } = (float.NegativeInfinity, float.PositiveInfinity);

    private int TokensPerStep => Returns is null ? 2 : 3;

    private TransformerDecoder Decoder => new(Options with { Positions = Options.Positions == PositionEncoding.Sinusoidal
        ? PositionEncoding.None : Options.Positions }, TokensPerStep);

    public override string Name => Returns is null ? "behaviour cloning" : "Decision Transformer";

    public override int? MaximumLength => Options.MaximumLength / TokensPerStep;

    internal override IStepwise Stepwise => this;

    public bool IsBefore(string input) => input == Actions;

    internal override SequenceNetwork For(SequenceSample rows) =>
        Returns is null ? this : this with { Asked = rows.SideStarts[0] };

    public override EncodedSequence Encode(Sequence x)
    {
        var network = x.Network;
        using (network.Scope("decisions"))
        {
            var actions = Batched(x.Inputs.Steps(Actions).Steps);                                            // [batch, time, actions]
            var acted = network.Linear(actions, Options.Hidden, name: "action");
            var before = Op.Renamed(Op.Concat(1, Start(network, acted), Op.Slice(acted, 1, 0, -1)), acted.Shape);
            var tokens = Tokens(x, before, null);
            var memory = Decoder.Prepare(network, Options.Hidden, null);
            var steps = OfStates(Decoder.Decode(network, tokens, memory).Steps, x);
            return new(x.With(x.With(steps).Masked));
        }
    }

    public EncodedSequence Continue(Sequence x)
    {
        var network = x.Network;
        var position = network.Input(GenerativeNetwork.Position, ElementType.Int64, [1]);
        using (network.Scope("decisions"))
        {
            var acted = network.Linear(Batched(x.Inputs.Steps(Actions).Steps), Options.Hidden, name: "action");
            var isFirst = Op.Equal(StepsOf(acted) + position, network.Graph.Scalar(0L));                     // [time]
            var before = Op.Where(Op.Unsqueeze(isFirst, 0, 2), Start(network, acted), acted);
            var tokens = Tokens(x, before, position);
            var memory = Decoder.Prepare(network, Options.Hidden, null);
            Value[] past = [.. memory.States.Select(state => network.Input("past." + state.Name, ElementType.Float, state.Shape))];
            var decoded = Decoder.Continue(network, tokens, position, past, memory);
            foreach (var (state, present) in memory.States.Zip(decoded.Present))
                network.Graph.Output("present." + state.Name, present);
            return new(x.With(OfStates(decoded.Steps, x)));
        }
    }

    public (string, string) Describe(ModelInfo info)
    {
        var actions = info.Inputs.First(input => input.InputName == Actions);
        return (DecisionInfo.Key, new DecisionInfo(info.Input.InputName, Actions, Returns, Clock)
        {
            LowestReturn = Returns is null ? null : Asked.Low,
            HighestReturn = Returns is null ? null : Asked.High,
            IsDiscrete = !actions.Kind.IsReal(),
            MaximumSteps = MaximumLength,
        }.ToJson());
    }

    // [batch, time · tokens of a step, hidden]
    private Value Tokens(Sequence x, Value before, Value? position)
    {
        var network = x.Network;
        List<Value> tokens = [before];
        if (Returns is not null)
            tokens.Add(network.Linear(Batched(x.Inputs.Steps(Returns).Steps), Options.Hidden, name: "return"));
        tokens.Add(network.Linear(Batched(x.Steps), Options.Hidden, name: "state"));
        var together = Op.Concat(2, [.. tokens.Select(token => Op.Unsqueeze(token, 2))]);           // [batch, time, tokens, hidden]
        if (Options.Positions == PositionEncoding.Sinusoidal)
            together += Op.Unsqueeze(Times(x, before, position), 2);
        return Op.Reshape(together, [before.Shape[0], before.Shape[1] * TokensPerStep, Options.Hidden], before);
    }

    // Sines and cosines of the times of steps, or of their numbers, [batch or 1, time, hidden].
    private Value Times(Sequence x, Value like, Value? position)
    {
        if (x.Inputs.Times is not { } times)
        {
            var numbers = position is null ? StepsOf(like) : StepsOf(like) + position;
            return Op.Unsqueeze(Layers.SinusoidalPositions(numbers, Options.Hidden), 0);
        }
        var flat = Op.Reshape(Batched(times), [like.Shape[0] * like.Shape[1]], like);
        return Op.Reshape(Layers.SinusoidalPositions(flat, Options.Hidden), like.Shape, like);
    }

    private Value Start(NetworkBuilder network, Value acted) =>
        network.Parameter("start", [1, 1, Options.Hidden], Initializers.Normal(0.02f), decays: false)
            + Op.Filled(0f, [acted.Shape[0], 1, Options.Hidden], acted);

    // The last token of each step: [batch, time · tokens, hidden] → [time, batch, hidden].
    private Value OfStates(Value tokens, Sequence x)
    {
        var steps = Op.Reshape(tokens, [x.Steps.Shape[1], x.Steps.Shape[0], TokensPerStep, Options.Hidden], x.Steps);
        return Op.Transpose(Op.Squeeze(Op.Slice(steps, 2, -1), 2), 1, 0, 2);
    }

    private static Value StepsOf(Value x) => Op.Range(Op.SizeOf(x, 1), x.Shape[1]);

    private static Value Batched(Value steps) => Op.Transpose(steps, 1, 0, 2);
}
