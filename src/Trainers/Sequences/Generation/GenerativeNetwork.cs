using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network that writes token sequences: an optional encoder of a source, a decoder, embeddings and the output layer. It is written for
/// training, or as the parts of a deployed model.
/// </summary>
internal sealed partial record GenerativeNetwork
{
    internal const string Source = "source", SourceLengths = "source_lengths", Tokens = "tokens", Position = "position", Next = "next",
        Logits = "logits", Attention = "attention", MaximumLength = "max_length", Generated = "generated", Lengths = "lengths",
        Condition = "memory.condition",
        Alignment = "alignment", Series = "series", SeriesLengths = "series_lengths";

    /// <summary>The network that reads the source; null for a language model.</summary>
    internal SequenceNetwork? Encoder { get; init; }

    /// <summary>The image or series that the encoder reads in place of tokens; null for tokens.</summary>
    internal SequenceInput? Numbers { get; init; }

    internal bool ReadsTokens => Encoder is not null && Numbers is null;

    /// <summary>Ids of the source are from 0 to below this.</summary>
    internal int SourceVocabulary { get; init; }

    /// <summary>The network that writes.</summary>
    internal required SequenceDecoder Decoder { get; init; }

    /// <summary>Further columns of a row, each of which becomes a vector that each of its steps is written by.</summary>
    internal IReadOnlyList<SequenceInput> Sides { get; init; } = [];

    /// <summary>Whether something is computed once for each row, by a model of its own.</summary>
    internal bool HasEncoder => Encoder is not null || Sides.Count > 0;

    /// <summary>Tokens to write, start and end among them.</summary>
    internal required TokenIds Vocabulary { get; init; }

    /// <summary>Size of a token's vector.</summary>
    internal required int Width { get; init; }

    /// <summary>Whether the source's tokens have the vectors of those that are written.</summary>
    internal bool SharesVectors { get; init; }

    /// <summary>Whether the output layer's matrix is the embedding table.</summary>
    internal bool TieOutput { get; init; }

    /// <summary>Dropout of embedded tokens and before the output layer.</summary>
    internal float Dropout { get; init; }

    internal float LabelSmoothing { get; init; }

    /// <summary>Whether rows have weights in the loss.</summary>
    internal bool IsWeighted { get; init; }

    /// <summary>What a row's next tokens, or those of a window of it, count together in the loss, in the mean over all.</summary>
    internal double MeanCount { get; init; }

    /// <summary>Share of the loss in training that tells the target from the encoder's steps, by CTC.</summary>
    internal float AlignmentWeight { get; init; }

    /// <summary>
    /// Share of the inputs that are the network's own predictions in training (Bengio et al. 2015; in two passes as in Mihaylova and
    /// Martins 2019).
    /// </summary>
    internal float ScheduledSampling { get; init; }

    /// <summary>The training graph: reads tokens, with the next token of each as its target, negative where there is none.</summary>
    internal NetworkOutputs Train(NetworkBuilder network)
    {
        var (memory, encoded) = PrepareWithLengths(network);
        var tokens = network.Input(Tokens, ElementType.Int64, ["batch", "time"]);
        var embedded = Embed(network, tokens);
        var (logits, choice) = Write(network, embedded, memory);
        if (ScheduledSampling > 0 && network.Mode == NetworkMode.Training)
            (logits, choice) = Write(network, Sampled(network, embedded, tokens, logits), memory);
        var next = network.Input(Next, ElementType.Int64, ["batch", "time"]);
        var ofRows = IsWeighted ? network.Input(Head.Weights, ElementType.Float, ["batch"]) : null;
        var weights = ofRows is null ? null : Op.Unsqueeze(ofRows, 1);
        var counted = Loss.TargetWeights(next, weights: weights);
        var hits = Op.Cast(Op.Equal(Op.ArgMax(logits, -1, keepDims: false), next), ElementType.Float);
        (string, Value)[] metrics = [Head.LossCount(counted), .. Head.MeanMetric("accuracy", hits, Loss.Mask(next))];
        // The reported loss is the plain negative log-likelihood; smoothing applies only in training.
        var smoothing = network.Mode == NetworkMode.Training ? LabelSmoothing : 0;
        var loss = Loss.CrossEntropy(logits, next, labelSmoothing: smoothing, weights: weights);
        if (AlignmentWeight > 0 && network.Mode == NetworkMode.Training)
            loss = loss * (1 - AlignmentWeight)
                + AlignmentLoss(network, encoded!.Steps, next, ofRows) / Op.OrOne(Op.ReduceSum(counted, keepDims: false)) * AlignmentWeight;
        if (choice is not null && network.Mode == NetworkMode.Training)
        {
            var target = Op.Unsqueeze(Op.Max(next, network.Graph.Scalar(0L)), 2);
            var likelihood = Op.Squeeze(Op.GatherElements(Op.LogSoftmax(logits), target, -1), 2);
            loss += HardAttention.Surrogate(network, choice, likelihood, counted);
        }
        return Head.ByRows(new(loss, metrics), logits, MeanCount);
    }

    /// <summary>Gives the logits of whole sequences as an output, computed as in training, to check the deployed model with.</summary>
    /// <param name="network">The network.</param>
    /// <param name="lastOnly">Whether only the logits after the last token are wanted, [batch, 1, tokens].</param>
    internal void Evaluate(NetworkBuilder network, bool lastOnly = false)
    {
        var (memory, _) = PrepareWithLengths(network);
        var embedded = Embed(network, network.Input(Tokens, ElementType.Int64, ["batch", "time"]));
        network.Graph.Output(Logits, Write(network, embedded, memory, lastOnly).Logits);
    }

    /// <summary>The encoder as a model: what the decoder reads at every step, and the first values of its states.</summary>
    internal DecoderMemory Encode(NetworkBuilder network)
    {
        var memory = Prepare(network);
        foreach (var (name, value) in memory.Constants)
            network.Graph.Output(name, value);
        if (memory.Condition is not null)
            network.Graph.Output(Condition, memory.Condition);
        foreach (var state in memory.States.Where(state => state.First is not null))
            network.Graph.Output("past." + state.Name, state.First!);
        return memory;
    }

    /// <summary>What the decoder reads at every step, within a model that takes the source and counts its tokens.</summary>
    internal DecoderMemory Prepare(NetworkBuilder network) => Prepare(network, null).Memory;

    private (DecoderMemory Memory, EncodedSequence? Encoded) PrepareWithLengths(NetworkBuilder network) =>
        Prepare(network, !ReadsTokens ? null : network.Input(SourceLengths, ElementType.Int64, ["batch"]));

    private (DecoderMemory Memory, EncodedSequence? Encoded) Prepare(NetworkBuilder network, Value? lengths)
    {
        var encoded = Encoder is null ? null : Encode(network, lengths);
        return (Decoder.Prepare(network, Width, encoded) with { Condition = ReadSides(network) }, encoded);
    }

    // [inputs] W + b
    private Value? ReadSides(NetworkBuilder network)
    {
        Value[] vectors = [.. Sides.Select(side => side.DeclareRows(network, "batch"))];
        return vectors.Length == 0 ? null : network.Linear(Op.Concat(1, vectors), Width, name: "condition");
    }

    /// <summary>The decoder as a model of the next steps.</summary>
    /// <param name="network">The network.</param>
    /// <param name="encoded">The outputs of the encoder's graph.</param>
    internal void Continue(NetworkBuilder network, DecoderMemory encoded)
    {
        var tokens = Sequence.WithRows(network.Input(Tokens, ElementType.Int64, ["batch", "steps"]));
        var position = network.Input(Position, ElementType.Int64, [1]);
        var memory = new DecoderMemory([.. encoded.Constants.Select(constant =>
            (constant.Name, network.Input(constant.Name, constant.Value.Type, constant.Value.Shape)))], encoded.States)
        {
            Condition = encoded.Condition is { } given ? network.Input(Condition, given.Type, given.Shape) : null,
        };
        Value[] past = [.. encoded.States.Select(state => network.Input("past." + state.Name, ElementType.Float, state.Shape))];
        var (logits, decoded) = Continue(network, tokens, position, past, memory);
        network.Graph.Output(Logits, logits);
        foreach (var (state, present) in encoded.States.Zip(decoded.Present))
            network.Graph.Output("present." + state.Name, present);
        if (decoded.Attention is not null)
            network.Graph.Output(Attention, decoded.Attention);
    }

    /// <summary>The logits of the next steps [batch, steps, tokens], and the decoder's states.</summary>
    internal (Value Logits, DecodedSteps Decoded) Continue(NetworkBuilder network, Value tokens, Value position,
        IReadOnlyList<Value> past, DecoderMemory memory)
    {
        var embedded = Embed(network, tokens);
        using (network.SharedScope("writer"))
        {
            var decoded = Decoder.Continue(network, Conditioned(embedded, memory), position, past, memory);
            return (Output(network, decoded.Steps), decoded);
        }
    }

    private EncodedSequence Encode(NetworkBuilder network, Value? lengths)
    {
        List<Value> inRange = [];
        var x = Numbers?.DeclareRagged(network, inRange) ?? Embedded();
        using (network.Scope("encoder"))
            return Named(Encoder!.Encode(x) is var encoded && inRange.Count == 0 ? encoded : encoded with
            {
                Steps = encoded.Steps.With(Op.Transpose(SequenceInput.Known(Op.Transpose(encoded.Steps.Steps, 1, 0, 2), inRange), 1, 0, 2)),
                Final = encoded.Final is { } final ? SequenceInput.Known(final, inRange) : null,
            });

        // Fewer steps than were read have no name, but what looks at them has their number.
        EncodedSequence Named(EncodedSequence encoded) => encoded.Steps.Steps is var steps && Encoder.Subsampling == 1 ? encoded
            : encoded with { Steps = new(network, Op.Renamed(steps, ["source_steps", .. steps.Shape.Skip(1)]), encoded.Steps.Lengths) };

        // Without lengths, tokens are counted up to the padding.
        Sequence Embedded()
        {
            var source = network.Input(Source, ElementType.Int64, ["batch", "source"]);
            if (lengths is null)
                lengths = Sequence.LengthsOf(source = Sequence.WithRows(source));
            return new(network, Op.Transpose(SharesVectors ? Embed(network, Known(source))
                : network.Dropout(network.Embedding(source, SourceVocabulary, Width, "source_embedding"), Dropout), 1, 0, 2), lengths);
        }

        // The table has start and end, too, which no source has.
        Value Known(Value source)
        {
            Value none = network.Graph.Scalar(0L), end = network.Graph.Scalar((long)SourceVocabulary);
            return network.Mode == NetworkMode.Deployment ? Op.Where(Op.Less(source, end), source, none) : source;
        }
    }

    private Value Embed(NetworkBuilder network, Value tokens)
    {
        using (network.SharedScope("tokens"))
            return network.Dropout(network.Embedding(tokens, Vocabulary.Count, Width), Dropout);
    }

    private static Value Conditioned(Value embedded, DecoderMemory memory) =>
        memory.Condition is { } condition ? embedded + Op.Unsqueeze(condition, 1) : embedded;

    private (Value Logits, Value? Choice) Write(NetworkBuilder network, Value embedded, DecoderMemory memory, bool lastOnly = false)
    {
        using (network.SharedScope("writer"))
        {
            var decoded = Decoder.Decode(network, Conditioned(embedded, memory), memory);
            return (Output(network, lastOnly ? Op.Slice(decoded.Steps, 1, -1) : decoded.Steps), decoded.ChoiceLogProbability);
        }
    }

    // Replaces the true token before a step by the network's own prediction, as often as scheduled sampling says.
    private Value Sampled(NetworkBuilder network, Value embedded, Value tokens, Value logits)
    {
        Shape shape = ["batch", "time"];
        var coins = network.Dropout(Op.Filled(1f, shape, tokens), ScheduledSampling);
        var predicted = Op.ArgMax(logits, -1, keepDims: false);
        var shifted = Op.Renamed(Op.Concat(1, Op.Slice(tokens, 1, 0, 1), Op.Slice(predicted, 1, 0, -1)), shape);
        var own = Op.Gather(Op.StopGradient(Table(network)), shifted);
        return Op.Where(Op.Unsqueeze(Op.Equal(coins, network.Graph.Scalar(0f)), 2), own, embedded);
    }

    private Value Output(NetworkBuilder network, Value steps)
    {
        steps = network.Dropout(steps, Dropout);
        if (!TieOutput)
            return network.Linear(steps, Vocabulary.Count, name: "output");
        if (steps.Shape[-1] != Width)
            steps = network.Linear(steps, Width, name: "output_width");
        using (network.Scope("output"))
            return Op.MatMul(steps, Op.Transpose(Table(network), 1, 0))
                + network.Parameter("bias", [Vocabulary.Count], Initializers.Zeros, decays: false);
    }

    private Value Table(NetworkBuilder network) => network.Known("tokens/embedding/table");
}
