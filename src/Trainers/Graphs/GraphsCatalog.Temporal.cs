using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Trainers of graphs that change with time.
public sealed partial class GraphsCatalog
{
    /// <summary>
    /// Predicts which events come next in a graph of timed events, from questions that carry the last events before them: a binary
    /// classification of sequences.
    /// </summary>
    /// <param name="graph">The graph whose questions are trained on.</param>
    /// <param name="network">The network; null for <see cref="SequenceNetwork.Tgn"/>.</param>
    /// <param name="epochs">Passes over the questions.</param>
    public SequenceBinaryClassificationTrainer FutureLinkPrediction(TemporalGraph graph, SequenceNetwork? network = null,
        int epochs = 10) => FutureLinkPrediction(graph, new() { Network = network ?? SequenceNetwork.Tgn(), Epochs = epochs });

    /// <summary>Predicts which events come next in a graph of timed events.</summary>
    /// <param name="graph">The graph whose questions are trained on.</param>
    /// <param name="options">
    /// Options of the trainer. Its columns are those of the questions, and <see cref="SequenceTrainerOptions.Inputs"/> are read beside
    /// the histories.
    /// </param>
    public SequenceBinaryClassificationTrainer FutureLinkPrediction(TemporalGraph graph,
        SequenceBinaryClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        options.SequenceColumnName = TemporalGraph.TargetEvents;
        options.FeatureCount = graph.FeatureCount;
        string[] histories = graph.HasContexts ? [TemporalGraph.SourceEvents, TemporalGraph.ContextEvents] : [TemporalGraph.SourceEvents];
        // Asked twice with the same options, they are there already.
        options.Inputs = [.. histories.Select(name => InputColumn.Series(name, graph.FeatureCount) with
        {
            Placement = InputPlacement.Network,
        }), .. options.Inputs.Where(input => !histories.Contains(input.ColumnName))];
        return new(_ml, options);
    }
}
