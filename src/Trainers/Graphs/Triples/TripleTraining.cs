using System.Globalization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What trainers of entities known by their ids have in common.</summary>
internal static class TripleTraining
{
    /// <summary>Prepares training.</summary>
    /// <param name="triples">The triples.</param>
    /// <param name="validation">Triples to validate on; null for none.</param>
    /// <param name="columns">Names of their columns, for errors.</param>
    /// <param name="settings">What is trained.</param>
    /// <param name="features">Features of the entities; null for none.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="build">Builds the training step.</param>
    /// <param name="make">Makes the result of the trained model.</param>
    internal static TrainingPlan<T> Plan<T>(TripleTable triples, TripleTable? validation, GraphEdgeColumns columns,
        TripleSettings settings, EntityFeatures? features, NetworkTrainerOptions options,
        Func<Func<NetworkBuilder, NetworkOutputs>, TrainingModel> build, Func<TripleModel, TrainingHistory, T> make)
    {
        string what = $"Columns '{columns.SourceColumnName}' and '{columns.TargetColumnName}'";
        if (triples.Count == 0)
            throw new InvalidDataException($"{what}: found no row that can be read; expected at least one to train on.");
        if (validation is { Count: 0 })
            throw new InvalidDataException("The validation data has no rows that can be read; expected triples of known entities.");
        var known = new KnownAnswers(triples.EntityCount, Enumerable.Range(0, triples.Count)
            .Select(i => (triples.Sources[i], triples.Relations[i], triples.Targets[i])));
        var heads = triples.FirstTail == 0 ? triples.EntityCount : triples.FirstTail;
        if (settings.Loss is not null && known.AreAll(heads, triples.EntityCount - triples.FirstTail))
            throw new InvalidDataException($"{what}: all of the {heads} × {triples.EntityCount - triples.FirstTail} pairs are there; "
                + "expected some that are not, to tell the others from.");
        var graph = settings.Encoder is null ? null : Graph(triples);
        var network = new TripleNetwork(settings, triples.EntityCount, triples.FirstTail, triples.RelationCount, graph, features?.Trained)
        {
            Unit = NumberUnit.Of(triples.Values),
            RecentTails = settings.RecentTails == 0 ? null : new(triples, settings.RecentTails),
            Range = settings.Loss is null && triples.Values is { } range ? (range.Min(), range.Max()) : null,
        };
        var model = build(network.Loss);
        var batches = new TripleBatches(network, model, triples, known, network.GraphFeed(model.Reads), options.Seed);
        // An encoder reads the whole graph in each step.
        return new(model, TrainingData.Of(triples, validation, rows => batches.Of(rows, options, rows == triples)),
            string.Create(CultureInfo.InvariantCulture, $"{settings.Decoder}{(settings.Encoder is { } e ? $" over {e.Name}" : "")}, "
                + $"{model.Parameters.Count:N0} parameters; {triples.EntityCount:N0} entities, {triples.Count:N0} triples"),
            history => make(Deploy(), history));

        TripleModel Deploy() => features is null || features.All == triples
            ? new(network, triples, columns, model.Parameters, options.Target)
            : new(network.With(features), features.All, columns, TripleNetwork.With(model.Parameters, triples, features.All),
                options.Target);
    }

    // Both directions, the opposite one as a relation of its own.
    private static NodeGraph Graph(TripleTable triples) => NodeGraph.OfTriples(triples.EntityCount, triples.Sources, triples.Targets,
        triples.RelationCount == 0 ? null : triples.Relations, triples.RelationCount);
}
