using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The input side of a sequence network: declares the model's inputs and makes vectors of them.</summary>
/// <param name="column">What the sequence column holds.</param>
/// <param name="scaling">Moments of the features that bring them to mean 0 and variance 1; null to take them as they are.</param>
/// <param name="embeddingWidth">Size of a token's vector.</param>
/// <param name="extraTokens">Vectors beyond those of the vocabulary, behind them.</param>
internal sealed class SequenceInput(SequenceColumn column, Moments? scaling, int embeddingWidth, int extraTokens = 0)
{
    internal SequenceColumn Column { get; } = column;

    // All sequences have all steps when the column's type fixes their number.
    private bool IsRagged => Column.Steps is null;

    /// <summary>Declares the inputs of a training or evaluation graph.</summary>
    internal Sequence Declare(NetworkBuilder network) =>
        Read(network, DeclareSteps(network), IsRagged ? network.Input(SequenceModelFormat.Lengths, ElementType.Int64, ["batch"]) : null);

    /// <summary>Declares the inputs of a graph whose lengths vary whatever the column's type is: for deployment, where they are optional, and to check it.</summary>
    internal Sequence DeclareRagged(NetworkBuilder network)
    {
        var steps = DeclareSteps(network);
        if (network.Mode != NetworkMode.Deployment)
            return Read(network, steps, network.Input(SequenceModelFormat.Lengths, ElementType.Int64, ["batch"]));
        // Left out, lengths is [-1]: all steps of every sequence. Adding zeros spreads the one number over the batch.
        var given = network.Graph.OptionalInput(SequenceModelFormat.Lengths, ["batch"], TensorData.Vector(-1L));
        var all = Op.SizeOf(steps, 1);
        var lengths = Op.Where(Op.Less(given, network.Graph.Scalar(0L)), all, given) + Op.Filled(0L, ["batch"], steps);
        return Read(network, steps, Op.Max(lengths, network.Graph.Scalar(1L)));
    }

    /// <summary>Hands a batch to a session.</summary>
    internal void Feed(TrainingSession session, SequenceBatch batch)
    {
        if (Column.Kind == SequenceKind.Tokens)
            session.Feed(SequenceModelFormat.Tokens, batch.Tokens, batch.Batch, batch.Time);
        else
            session.Feed(SequenceModelFormat.Features, batch.Features, batch.Batch, batch.Time, batch.FeatureCount);
        if (IsRagged)
            session.Feed(SequenceModelFormat.Lengths, batch.Lengths, batch.Batch);
    }

    /// <summary>Random sequences like those of the training data, to check models with.</summary>
    internal (string Name, TensorData Steps) Sample(int batch, int time, Random random)
    {
        if (Column.Kind == SequenceKind.Tokens)
            return (SequenceModelFormat.Tokens, TensorData.Create([.. Enumerable.Range(0, batch * time).Select(_ => (long)random.Next(Column.TokenCount))], batch, time));
        var features = Initializers.Normal(1)([batch, time, Column.FeatureCount], random);
        if (scaling is not null)
        {
            float[] mean = scaling.Mean, deviation = scaling.Deviation;
            for (var i = 0; i < features.Length; i++)
                features[i] = features[i] * deviation[i % mean.Length] + mean[i % mean.Length];
        }
        return (SequenceModelFormat.Features, TensorData.Create(features, batch, time, Column.FeatureCount));
    }

    private Value DeclareSteps(NetworkBuilder network) => Column.Kind == SequenceKind.Tokens
        ? network.Input(SequenceModelFormat.Tokens, ElementType.Int64, ["batch", "time"])
        : network.Input(SequenceModelFormat.Features, ElementType.Float, ["batch", "time", Column.FeatureCount]);

    private Sequence Read(NetworkBuilder network, Value steps, Value? lengths)
    {
        if (Column.Kind == SequenceKind.Tokens)
            steps = network.Embedding(steps, Column.TokenCount + extraTokens, embeddingWidth);
        else if (scaling is not null)
            steps = (steps - network.Graph.Vector(scaling.Mean)) / network.Graph.Vector(scaling.Deviation);
        return new(network, Op.Transpose(steps, 1, 0, 2), lengths);                 // [time, batch, features]
    }
}
