using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A deployed graph model, loaded in the form that takes aggregation plans as inputs. Several threads may run it at
/// once.
/// </summary>
internal sealed class GraphModel : IDisposable
{
    internal const string Embedding = "Embedding";

    private readonly OnnxSession _session;
    private readonly HashSet<string> _inputs;
    private volatile bool _isDisposed;

    /// <exception cref="OnnxFileException">ONNX Runtime can't run it.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    internal GraphModel(ModelFile file, ExecutionTarget target)
    {
        File = file;
        Columns = Info.Columns();
        _session = OnnxSession.LoadWithKernels(PlanInputs.Cut(file.Bytes), target);
        _inputs = [.. _session.Inputs.Select(input => input.Name)];
    }

    internal ModelFile File { get; }

    internal ModelInfo Info => File.Info;

    private ModelGraph Graph => Info.Graph!;

    /// <summary>Edges in the directions that the model was trained with.</summary>
    /// <exception cref="ArgumentException">The edges are marked as directed and the model's are not, or the other way round.</exception>
    internal GraphEdgeColumns Directed(GraphEdgeColumns edges) => Graph.IsDirected switch
    {
        { } trained when edges.AskedDirection is { } asked && asked != trained => throw new ArgumentException(
            $"{nameof(GraphEdgeColumns.IsDirected)} of the edges is {asked}, but the model was trained on "
            + $"{(trained ? "directed" : "undirected")} ones; expected {trained}, or nothing, to take what the model says."),
        { } trained when trained != edges.IsDirected => edges.With(edges.Data, trained),
        _ => edges,
    };

    /// <summary>Which weights of edges it needs; null where any will do.</summary>
    internal EdgeWeight.Need? WeightNeed => EdgeWeight.Need.Of("the model", Graph.NeedsPositiveWeights);

    /// <summary>The columns that the model adds.</summary>
    internal ScoreColumns Columns { get; }

    /// <summary>A prediction to be pointed at scores and a row of them.</summary>
    internal GraphPrediction NewPrediction() => new(Info.Outputs, Info.VectorSize);

    internal ExecutionTarget Target => _session.Target;

    internal string? FallbackReason => _session.FallbackReason;

    /// <summary>A view of nodes, or of pairs of them, with the model's columns: all rows are scored together when one is first asked
    /// for.</summary>
    internal IDataView Map(IDataView input, Func<GraphScores> score)
    {
        var scores = new Lazy<GraphScores>(score);
        return new RowMapping(input.Schema, [], Columns.Added, row =>
        {
            var prediction = NewPrediction();
            return column => Columns.Getter(column.Index - input.Schema.Count, () =>
            {
                prediction.Scores = scores.Value;
                prediction.Row = scores.Value.OfRow is { } of ? of[row.Position] : row.Position;
                return prediction;
            });
        }).Map(input, byPosition: true);
    }

    /// <summary>Scores of the nodes of one graph.</summary>
    /// <exception cref="InvalidDataException">The graph lacks what the model was trained with.</exception>
    internal GraphScores ScoreNodes(FeatureMatrix features, NodeGraph graph)
    {
        using var watched = ScoringTelemetry.Begin("nodes", graph.NodeCount);
        var scores = GraphScores.Of(_session.Run(Inputs(features, graph)), graph.IncomingStart);
        // node after node, as the edges that end there are listed
        return scores.Attention is not { } attention ? scores
            : scores with
            {
                Attention = attention with { Numbers = Array.ConvertAll(graph.IncomingEdges, edge => attention.Numbers[edge]) },
            };
    }

    /// <summary>Logits for pairs of nodes of one graph, [pairs].</summary>
    /// <exception cref="InvalidDataException">The graph lacks what the model was trained with, or a pair has a relation that it doesn't
    /// know.</exception>
    internal GraphScores ScoreLinks(FeatureMatrix features, NodeGraph graph, LinkTable pairs)
    {
        using var watched = ScoringTelemetry.Begin("links", pairs.Count);
        return GraphScores.Of(_session.Run(Inputs(features, graph, pairs)));
    }

    /// <summary>Embeddings of the nodes of one graph by a link model, [nodes, width].</summary>
    /// <exception cref="InvalidDataException">The graph lacks what the model was trained with.</exception>
    internal float[] EmbedNodes(FeatureMatrix features, NodeGraph graph) =>
        _session.Run(Inputs(features, graph, LinkTable.Empty))[Embedding].As<float>();

    /// <summary>What the model's file is given for the nodes of one graph, and for pairs of them.</summary>
    internal TensorInputs FileInputs(FeatureMatrix features, NodeGraph graph, LinkTable? pairs = null) =>
        Inputs(features, graph, pairs, [.. Info.InputTensors!.Select(input => input.Name)]);

    private TensorInputs Inputs(FeatureMatrix features, NodeGraph graph, LinkTable? pairs = null) =>
        Inputs(features, graph, pairs, _inputs);

    private TensorInputs Inputs(FeatureMatrix features, NodeGraph graph, LinkTable? pairs, HashSet<string> read)
    {
        Check(features, graph);
        var dense = features.Values;
        if (features.IsSparse)
            features.CopyTo(dense = new float[(long)features.RowCount * features.ColumnCount]);
        var run = new TensorInputs { ["x"] = TensorData.Create(dense, features.RowCount, features.ColumnCount) };
        new SideRows(read.Contains, features.Sides).FillAll().FeedTo(run);
        if (read.Contains("edge_index"))
            run["edge_index"] = TensorData.Create(graph.Sources.Concat(graph.Targets).Select(node => (long)node).ToArray(), 2,
                graph.EdgeCount);
        if (read.Contains("edge_weight"))
            run["edge_weight"] = TensorData.Create(graph.EdgeWeights!, graph.EdgeCount);
        if (read.Contains("edge_attr"))
            run["edge_attr"] = TensorData.Create(graph.EdgeFeatures!, graph.EdgeCount, graph.EdgeFeatureCount);
        if (read.Contains("edge_type"))
            run["edge_type"] = TensorData.Create(Array.ConvertAll(graph.EdgeRelations!, type => (long)type), graph.EdgeCount);
        var plan = new EdgePlan(read.Contains);
        plan.Build(graph.Sources, graph.Targets, graph.NodeCount, graph.NodeCount);
        plan.FeedTo(run);
        if (pairs is null)
            return run;
        run["pair_index"] = TensorData.Create(pairs.Sources.Concat(pairs.Targets).Select(node => (long)node).ToArray(), 2, pairs.Count);
        if (read.Contains("pair_type"))
            run["pair_type"] = TensorData.Create(pairs.TypesFor(Info.Links!.RelationCount), pairs.Count);
        return run;
    }

    /// <summary>Scores graphs for one thread at a time; its memory is kept.</summary>
    internal sealed class Scorer(GraphModel model)
    {
        private readonly PackedGraphs _packed = new(model._inputs.Contains);
        private int[] _graphs = [];

        /// <summary>Scores of all graphs of a table, packed into one.</summary>
        internal GraphScores Score(GraphTable table)
        {
            if (_graphs.Length < table.Count)
                _graphs = [.. Enumerable.Range(0, table.Count)];
            _packed.Pack(table, _graphs.AsSpan(0, table.Count));
            var run = new TensorInputs();
            _packed.FeedTo(run);
            using var watched = ScoringTelemetry.Begin("graphs", table.Count);
            return GraphScores.Of(model._session.Run(run), table.EdgeStart, table.NodeStart, model.Info.IsOfNodesInGraphs);
        }
    }

    /// <exception cref="ArgumentException">The graphs are not like those the model was trained on.</exception>
    internal void Check(GraphSchema schema)
    {
        void Same(string what, int found, int expected)
        {
            if (found != expected)
                throw new ArgumentException($"Column '{schema.NodeFeatures.Name}' and those beside it: found {found} {what}; the model "
                    + $"was trained on {expected}.");
        }
        Same("features per node", schema.NodeFeatureCount, Info.Input.FeatureCount);
        Same("features per edge", schema.EdgeFeatureCount, Graph.EdgeFeatureCount);
        Same("relations", schema.RelationCount, Graph.RelationCount);
        Same("weights an edge", schema.EdgeWeights is null ? 0 : 1, Graph.IsWeighted ? 1 : 0);
    }

    /// <exception cref="InvalidDataException">The graph lacks what the model was trained with.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    internal void Check(FeatureMatrix features, NodeGraph graph)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (features.ColumnCount != Info.Input.FeatureCount)
            throw new InvalidDataException($"Column '{Info.Input.Column}' has {features.ColumnCount} features; the model was trained on "
                + $"{Info.Input.FeatureCount}.");
        if (Graph.FixedNodes is { } nodes && nodes != graph.NodeCount)
            throw new InvalidDataException($"The view has {graph.NodeCount} nodes; the model knows the {nodes} nodes it was trained with "
                + $"alone.");
        if (Graph.IsWeighted != graph.EdgeWeights is not null)
            throw new InvalidDataException(Graph.IsWeighted ? "The edges have no weights; the model was trained with weights."
                : "The edges have weights; the model was trained without.");
        if (graph.EdgeFeatureCount != Graph.EdgeFeatureCount)
            throw new InvalidDataException($"The edges have {graph.EdgeFeatureCount} features; the model was trained on "
                + $"{Graph.EdgeFeatureCount}.");
        if (Graph.RelationCount > 0 && (graph.EdgeRelations is null || graph.RelationCount > Graph.RelationCount))
            throw new InvalidDataException($"The edges have {(graph.EdgeRelations is null ? "no" : graph.RelationCount)} relations; the "
                + $"model was trained on {Graph.RelationCount}.");
    }

    public void Dispose()
    {
        _isDisposed = true;
        _session.Dispose();
    }
}
