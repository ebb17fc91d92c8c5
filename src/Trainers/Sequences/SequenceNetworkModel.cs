using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A sequence network from input to output, written for training or for deployment.</summary>
/// <param name="Input">The input side.</param>
/// <param name="Network">The network.</param>
/// <param name="Head">What is predicted.</param>
/// <param name="Output">How the network's steps become what the head reads.</param>
/// <param name="InputDropout">Dropout of the network's input.</param>
/// <param name="IsWeighted">Whether rows have weights in the loss.</param>
/// <param name="OutputsAttention">Whether attention weights are outputs of the deployed model.</param>
internal sealed record SequenceNetworkModel(
    SequenceInput Input, SequenceNetwork Network, Head Head, SequenceOutputOptions Output, float InputDropout, bool IsWeighted,
        bool OutputsAttention = false)
{
    /// <summary>Further inputs.</summary>
    internal IReadOnlyList<SideInput> Sides { get; init; } = [];

    /// <summary>What the steps of a row count together in the loss, in the mean over all rows; null where a row has one label.</summary>
    internal double? MeanCount { get; init; }

    /// <summary>Changes series before training steps; null for none.</summary>
    internal SeriesAugmenter? Augmenter { get; init; }

    /// <summary>Hides numbers that are to be found again; null for none.</summary>
    internal HiddenSteps? Hidden { get; init; }

    /// <summary>Whether the vector that the output layer reads is an output of the deployed model.</summary>
    internal bool OutputsVector { get; init; }

    /// <summary>Size of that vector, once the network was written.</summary>
    internal int VectorSize { get; private set; }

    /// <summary>Whether it gives attention of steps to steps, and of a pooling, once the predictions were written.</summary>
    internal (bool OfSteps, bool OfPooling) Attention { get; private set; }

    /// <summary>Inputs that the network did not read when it was last written.</summary>
    internal IReadOnlyList<string> UnreadInputs { get; private set; } = [];

    /// <summary>The training graph: inputs, labels, loss and metrics.</summary>
    internal NetworkOutputs Train(NetworkBuilder network)
    {
        var x = Read(network, Input.Declare(network), side => side.Declare(network));
        var encoded = Encode(network, x);
        Value? vector = null;
        var logits = Logits(encoded, x.Inputs, Output with { OnVector = value => vector = value });
        var outputs = Head.Loss(network, logits, IsWeighted, encoded.Steps.Lengths) with
        {
            Outputs = [logits], Hidden = encoded.Steps.Steps,
        };
        outputs = MeanCount is { } mean ? Head.ByRows(outputs, logits, mean) : outputs;
        return Network.Readout is null || network.Mode != NetworkMode.Evaluation ? outputs
            : outputs with { Metrics = [.. outputs.Metrics, .. ReadoutEpoch.Outputs(network, Head, vector!)] };
    }

    /// <summary>The predictions as outputs of the graph, for sequences of any length.</summary>
    internal void Predict(NetworkBuilder network)
    {
        Value? pooled = null, vector = null;
        List<Value> inRange = [];
        var x = Read(network, Input.DeclareRagged(network, inRange), side => side.DeclareRagged(network, inRange));
        var encoded = Encode(network, x);
        var logits = Logits(encoded, x.Inputs, Output with { OnPoolingWeights = weights => pooled = weights,
            OnVector = value => vector = value });
        foreach (var (name, value) in Head.Predictions(network, SequenceInput.Known(logits, inRange), encoded.Steps.Lengths))
            network.Graph.Output(name, value);
        if (network.CountOf(SkipRnnOptions.Updates) is { } updates)
            network.Graph.Output(ModelFormat.Updates, SequenceInput.Known(updates, inRange));
        if (OutputsVector)
            network.Graph.Output(ModelFormat.Vector, vector is not null ? SequenceInput.Known(vector, inRange)
                : throw new ArgumentException(
                $"{nameof(NetworkTrainerOptions.OutputVector)} is set, but a class is predicted for each step: there is no vector of a "
                    + $"whole sequence."));
        if (!OutputsAttention)
            return;
        Attention = (encoded.Attention is not null, pooled is not null);
        if (Attention is (false, false))
            throw new ArgumentException(
                $"{nameof(NetworkTrainerOptions.OutputAttention)} is set, but the {Network.Name} has no attention to its own steps, and "
                    + $"{(Head.IsPerStep ? "steps aren't pooled where each has a class" : $"the pooling is {Output.Pooling}")}; "
                + $"expected a Transformer{(Head.IsPerStep ? "" : $" or {nameof(Pooling)}.{nameof(Pooling.Attention)}")}.");
        if (encoded.Attention is not null)
            network.Graph.Output(ModelFormat.Attention, SequenceInput.Known(encoded.Attention, inRange));
        if (pooled is not null)
            network.Graph.Output(ModelFormat.PoolingAttention, SequenceInput.Known(Op.Squeeze(Op.Transpose(pooled, 1, 0, 2), 2), inRange));
    }

    /// <summary>The predictions for the next steps of rows that go on together, with the states of a network that acts.</summary>
    internal void PredictNext(NetworkBuilder network)
    {
        var x = Read(network, Input.DeclareNext(network), side => side.DeclareNext(network));
        var logits = Logits(Network.Stepwise!.Continue(x), x.Inputs, Output);
        foreach (var (name, value) in Head.StepPredictions(network, logits))
            network.Graph.Output(name, value);
    }

    /// <summary>The same for whole rows, to compare with.</summary>
    internal void PredictSteps(NetworkBuilder network)
    {
        List<Value> inRange = [];
        var x = Read(network, Input.DeclareRagged(network, inRange), side => side.DeclareRagged(network, inRange));
        var logits = Logits(Encode(network, x), x.Inputs, Output);
        foreach (var (name, value) in Head.StepPredictions(network, logits))
            network.Graph.Output(name, value);
    }

    /// <summary>The input side and the network, without the output layer.</summary>
    internal EncodedSequence Encode(NetworkBuilder network) =>
        Encode(network, Read(network, Input.Declare(network), side => side.Declare(network)));

    /// <summary>The same for sequences of any length, whatever the column's type.</summary>
    internal EncodedSequence EncodeRagged(NetworkBuilder network)
    {
        List<Value> inRange = [];
        return Encode(network, Read(network, Input.DeclareRagged(network, inRange), side => side.DeclareRagged(network, inRange)));
    }

    /// <summary>Feeds a batch to a session.</summary>
    internal void Feed(TrainingSession session, SequenceBatch batch, int epoch)
    {
        // Epoch 0 is that of rows as they are.
        if (epoch > 0)
            Augmenter?.Apply(batch, epoch);
        Hidden?.Hide(batch, epoch);
        Input.Feed(session, batch);
        for (var i = 0; i < Sides.Count; i++)
            Sides[i].Input.Feed(session, batch.Sides[i]);
        if (Head is AlignmentHead)
            session.Feed(AlignmentHead.LabelLengths, batch.LabelLengths, batch.Batch);
        if (Head is AlignmentHead or SpanHead)
            session.Feed(Head.Labels, batch.Labels, batch.Batch, batch.LabelTime);
        else if (Head.IsPerStep && batch.TargetCount > 0)
            session.Feed(Head.Labels, batch.Targets, batch.Batch, batch.Time, batch.TargetCount);
        else if (Head.IsPerStep)
            session.Feed(Head.Labels, batch.StepClasses, batch.Batch, batch.Time);
        else if (batch.TargetCount > 0)
            session.Feed(Head.Labels, batch.Targets, batch.Batch, batch.TargetCount);
        else
            session.Feed(Head.Labels, batch.Classes, batch.Batch);
        if (IsWeighted)
            session.Feed(Head.Weights, batch.Weights, batch.Batch);
    }

    // The main input with the others by name; those placed beside each step are among its features.
    private Sequence Read(NetworkBuilder network, Sequence main, Func<SequenceInput, Sequence> declare)
    {
        if (Sides.Count == 0)
            return main;
        var sides = Sides.ToDictionary(side => side.Name, side => declare(side.Input) is var steps && side.Input.Column.MatchesSteps
            ? new Sequence(network, steps.Steps, main.Lengths)
            : steps);
        Value[] steps = [.. Sides.Where(side => side.Placement == InputPlacement.Steps).Select(side => side.Input.Column.Kind.IsRow()
            ? sides[side.Name].Steps + Op.Filled(0f, [main.Steps.Shape[0], main.Steps.Shape[1], 1], main.Steps)
            : sides[side.Name].Steps)];
        var x = steps.Length == 0 ? main.Steps : Op.Concat(2, [main.Steps, .. steps]);
        return new(network, x, main.Lengths)
        {
            Inputs = new(sides)
            {
                TimesName = Sides.FirstOrDefault(side => side.Placement == InputPlacement.Times)?.Name,
                OfNetwork = [.. Sides.Where(side => side.Placement == InputPlacement.Network).Select(side => side.Name)],
            },
            Tokens = main.Tokens,
            TokenCount = main.TokenCount,
            Image = main.Image,
            Present = main.Present,
            Given = main.Given,
        };
    }

    private EncodedSequence Encode(NetworkBuilder network, Sequence x)
    {
        x = Head.Enter(x);
        var encoded = Encode(Network, x.With(network.Dropout(x.Steps, InputDropout)));
        UnreadInputs = [.. Sides.Where(side => side.Placement is InputPlacement.Network or InputPlacement.Times
            && !x.Inputs.IsRead(side.Name))
            .Select(side => side.Name)];
        return encoded;
    }

    // [batch, outputs], or [batch, time, outputs]
    private Value Logits(EncodedSequence encoded, SideInputs inputs, SequenceOutputOptions options)
    {
        if (Head.Logits(encoded, inputs) is { } own)
            return own;
        var network = encoded.Steps.Network;
        if (!Head.IsPerStep)
        {
            var summary = Beside(network, Summary(encoded, options), inputs);
            VectorSize = (int)summary.Shape[1].Size;
            options.OnVector?.Invoke(summary);
            return Head.Output(network, summary);
        }

        // A class, or a share of the labels, for each step there is.
        if (encoded.Steps.Steps.Shape is var given && given[0] != "time" && !given[0].IsKnown && Network.Subsampling == 1)
            throw new GraphException($"The network '{Network.Name}' gave Steps {encoded.Steps.Steps}; expected as many steps as it reads, "
                + $"[time, batch, features], or its {nameof(SequenceNetwork.Subsampling)} to say how many become one.");
        var steps = network.Dropout(encoded.Steps.Steps, options.Dropout);
        return Op.Transpose(network.Linear(steps, Head.Outputs, name: "output"), 1, 0, 2);
    }

    // The summary and the inputs beside it, mixed by a layer of the same size, so that the effect of one may depend on the other.
    private Value Beside(NetworkBuilder network, Value summary, SideInputs inputs)
    {
        Value[] vectors = [.. Sides.Where(side => side.Placement == InputPlacement.Summary).Select(side => inputs.Vector(side.Name))];
        return vectors.Length == 0 ? summary
            : Op.Relu(network.Linear(Op.Concat(1, [summary, .. vectors]), (int)summary.Shape[1].Size, name: "combined"));
    }

    /// <summary>One vector per sequence, by the chosen pooling, [batch, features].</summary>
    private static Value Summary(EncodedSequence encoded, SequenceOutputOptions options)
    {
        var steps = encoded.Steps;
        var summary = options.Pooling switch
        {
            Pooling.Last => encoded.Final ?? steps.Last,
            Pooling.Mean => steps.MeanPooling(),
            Pooling.Max => steps.MaxPooling(),
            _ => Attention(),
        };
        return steps.Network.Dropout(summary, options.Dropout);

        Value Attention()
        {
            var (mean, weights) = steps.AttentionPooling((int)steps.Features);
            options.OnPoolingWeights?.Invoke(weights);
            return mean;
        }
    }

    // The network may be the user's own, so its output is checked.
    internal static EncodedSequence Encode(SequenceNetwork writer, Sequence x)
    {
        var encoded = writer.Encode(x) ?? throw new GraphException($"The network '{writer.Name}' gave null; expected an EncodedSequence.");
        var steps = encoded.Steps.Steps;
        if (!steps.Shape[2].IsKnown)
            throw new GraphException($"The network '{writer.Name}' gave Steps {steps}; expected [time, batch, features] with a known "
                + $"number of features.");
        if (encoded.Attention is { } attention && (attention.Shape.Rank != 3 || attention.Type != ElementType.Float))
            throw new GraphException($"The network '{writer.Name}' gave Attention {attention.Type} {attention}; expected Float [batch, "
                + "time, time].");
        if (encoded.Final is { } final && (final.Shape.Rank != 2 || !final.Shape[1].IsKnown))
            throw new GraphException($"The network '{writer.Name}' gave Final {final}; expected [batch, features] with a known number of "
                + $"features.");
        return encoded;
    }
}
