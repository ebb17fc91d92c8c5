using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Explains predictions of a graph network by the network's own graph: what passes along each edge, and each feature, is
/// multiplied by a mask, and the gradients of the graph say or learn which of them matter.
/// </summary>
/// <param name="explained">The network.</param>
/// <param name="graph">The graph and the explained prediction.</param>
/// <param name="options">The method.</param>
internal sealed class GraphExplainer(ExplainedNetwork explained, ExplainedGraph graph, GraphExplanationOptions options)
{
    private const string EdgeMask = "explanation/edge_mask", FeatureMask = "explanation/feature_mask", Change = "explanation/change",
        Chosen = "explanation/chosen", Reverse = "explanation/reverse", Reaching = "explanation/reaching", Rows = "explanation/rows",
        EdgeGradient = "explanation/edges", RowGradient = "explanation/row_gradient";

    private readonly Head _head = explained.Head;

    internal int EdgeCount => graph.Sources.Length;

    /// <summary>Explains.</summary>
    /// <param name="scores">The network's outputs for the explained row.</param>
    internal FoundImportance Explain(float[] scores) => options.Method switch
    {
        GraphExplanationMethod.Gradient => ByGradient(Chooses(scores)),
        GraphExplanationMethod.Attention => ByAttention(Chooses(scores)),
        _ => ByMasks(scores),
    };

    // 1 for the predicted class, ±1 for true or false, 1 for every number of a regression: [rows, outputs].
    private float[] Chooses(float[] scores)
    {
        var outputs = _head.Outputs;
        var chosen = new float[(long)graph.RowCount * outputs];
        var row = chosen.AsSpan(graph.Row * outputs, outputs);
        if (_head is BinaryHead)
            row[0] = scores[0] > 0 ? 1 : -1;
        else if (_head.HasProbabilities)
            row[Predicted(scores)] = 1;
        else
            row.Fill(1);
        return chosen;
    }

    private static int Predicted(float[] scores) => Array.IndexOf(scores, scores.Max());

    private FoundImportance ByGradient(float[] chosen)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training, name: "explanation");
        Value? mask = null, change = null, rows = null;
        var logits = Write(network, x => rows = x + (change = network.Input(Change, ElementType.Float, x.Shape)),
            edges => mask = network.Input(EdgeMask, ElementType.Float, [edges.Count, 1]));
        var score = Op.ReduceSum(logits * network.Input(Chosen, ElementType.Float, logits.Shape), keepDims: false);
        var gradients = Gradients.Of(score, [mask!, change!]);
        if (gradients[0] is { } ofEdges)
            network.Graph.Output(EdgeGradient, ofEdges);
        if (gradients[1] is { } ofRows)
            network.Graph.Output(RowGradient, ofRows);
        network.Graph.Output(Rows, Op.Identity(rows!));
        var width = rows!.Shape[1].Size;
        var found = Run(network, new(network.FrozenInputs)
        {
            [EdgeMask] = TensorData.Create(Filled(EdgeCount, 1f), EdgeCount, 1),
            [Change] = TensorData.Create(new float[graph.NodeCount * width], graph.NodeCount, width),
            [Chosen] = TensorData.Create(chosen, graph.RowCount, _head.Outputs),
        });
        var features = new float[width];
        var nodes = new float[graph.NodeCount];
        var x = found[Rows].As<float>();
        if (found.TryGetValue(RowGradient, out var gradient))
        {
            var slopes = gradient.As<float>();
            for (var i = 0; i < x.Length; i++)
            {
                var share = Math.Abs(x[i] * slopes[i]);
                features[i % width] += share;
                nodes[i / width] += share;
            }
        }
        return new(found.TryGetValue(EdgeGradient, out var edge) ? Array.ConvertAll(edge.As<float>(), Math.Abs) : new float[EdgeCount],
            features, nodes);
    }

    // What a network gives for the graph; of the further inputs it is fed those that it reads.
    private IReadOnlyDictionary<string, TensorData> Run(NetworkBuilder network, Dictionary<string, TensorData> further)
    {
        DeadCode.Remove(network.Graph);
        network.Graph.RemoveUnreadInputs();
        using var session = new OnnxSession(network.Graph, null, null, memoryPattern: false);
        HashSet<string> read = [.. network.Graph.Inputs.Select(input => input.Name)];
        var inputs = new TensorInputs();
        graph.Feed(read.Contains)(inputs);
        foreach (var (name, tensor) in further)
            inputs[name] = tensor;
        foreach (var unread in inputs.Keys.Where(name => !read.Contains(name)).ToArray())
            inputs.Remove(unread);
        return session.Run(inputs);
    }

    // Every edge of the graph has attention; what ends at nodes that the prediction doesn't depend on explains nothing of it.
    private FoundImportance ByAttention(float[] chosen)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training, name: "explanation");
        network.Graph.Output(EdgeGradient, Op.Identity(explained.Attention(network)));
        var found = Run(network, new(network.FrozenInputs));
        var edges = found[EdgeGradient].As<float>().Zip(ByGradient(chosen).Edges, (attention, dependence) =>
            dependence == 0 ? 0 : attention).ToArray();
        return new(edges, [], OfEnds(edges));
    }

    // Minimizes the loss of the predicted label and the masks' costs (Ying et al. 2019, equations 5 and 6).
    private FoundImportance ByMasks(float[] scores)
    {
        // Only edges and features on which the prediction depends are looked at.
        var dependence = ByGradient(Chooses(scores));
        var reverses = graph.Reverses();
        float[] reaches = [.. dependence.Edges.Select((gradient, edge) =>
            gradient != 0 || dependence.Edges[reverses[edge]] != 0 ? 1f : 0f)];
        var hasEdges = reaches.Contains(1);
        if (!hasEdges && !options.MasksFeatures)
            return new(new float[EdgeCount], [], new float[graph.NodeCount]);
        var width = dependence.Features.Length;
        // Edges by which the prediction changes most begin as those that are kept most.
        float most = Math.Max(1e-30f, dependence.Edges.DefaultIfEmpty().Max());
        float[] start = [.. dependence.Edges.Select((gradient, edge) =>
            3 * MathF.Sqrt(Math.Max(gradient, dependence.Edges[reverses[edge]]) / most) - 1)];
        NetworkOutputs Masks(NetworkBuilder network)
        {
            List<Value> costs = [];
            var logits = Write(network, x =>
            {
                if (!options.MasksFeatures)
                    return x;
                var mask = Op.Sigmoid(network.Parameter(FeatureMask, [1, width], Initializers.Constant(1)));
                costs.Add(Op.ReduceMean(mask, keepDims: false) * (double)options.FeatureSize);
                return x * mask;
            }, edges =>
            {
                if (!hasEdges)
                    return network.Graph.Scalar(1f);
                var own = network.Parameter(EdgeMask, [EdgeCount, 1], (_, _) => start);
                var reverse = network.Input(Reverse, ElementType.Int64, [EdgeCount]);
                // both directions of an edge count alike
                var mask = Op.Sigmoid((own + Op.Gather(own, reverse)) * 0.5);
                var reaching = network.Input(Reaching, ElementType.Float, [EdgeCount, 1]);
                costs.Add(Op.ReduceSum(mask * reaching, keepDims: false) * (double)options.EdgeSize);
                costs.Add(Op.ReduceSum(Entropy(mask) * reaching, keepDims: false) * (options.EdgeEntropy / reaches.Sum()));
                return Op.Renamed(mask, [edges.Count, 1]);
            });
            var loss = _head.Loss(network, logits, isWeighted: true).Loss;
            return new(costs.Aggregate(loss, (sum, cost) => sum + cost));
        }
        var model = TrainingModel.Build(Masks, new Adam());
        using var session = new TrainingSession(model);
        var feed = graph.Feed(model.Reads);
        var label = Label(scores);
        for (var step = 0; step < options.Steps; step++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            feed(session);
            if (hasEdges)
            {
                session.Feed(Reverse, reverses, EdgeCount);
                session.Feed(Reaching, reaches, EdgeCount, 1);
            }
            label(session);
            session.Step(options.LearningRate);
        }
        session.SaveParameters();
        float[] Learned(string name) => Array.ConvertAll(model.Parameters[name].Value.As<float>(), value => 1 / (1 + MathF.Exp(-value)));
        float[] edges = hasEdges ? model.Parameters[EdgeMask].Value.As<float>() : [];
        float[] importance = hasEdges ? [.. edges.Select((value, edge) =>
            reaches[edge] / (1 + MathF.Exp(-(value + edges[reverses[edge]]) / 2)))] : new float[EdgeCount];
        return new(importance, options.MasksFeatures ? Learned(FeatureMask) : [], OfEnds(importance));
    }

    private Value Write(NetworkBuilder network, Func<Value, Value> rows, Func<GraphEdges, Value> mask) => explained.Logits(network,
        new(rows, edges => mask(edges) is { Shape.Rank: > 0 } of ? edges.WithMask(of) : edges));

    // The predicted label for the explained row; other rows don't count.
    private Action<IInputFeed> Label(float[] scores)
    {
        var weights = new float[graph.RowCount];
        weights[graph.Row] = 1;
        if (_head.HasProbabilities)
        {
            var classes = new long[graph.RowCount];
            if (_head.MarksMissingLabels)
                Array.Fill(classes, -1);
            classes[graph.Row] = _head is BinaryHead ? scores[0] > 0 ? 1 : 0 : Predicted(scores);
            return feed =>
            {
                feed.Feed(Head.Labels, classes.AsMemory(), classes.Length);
                feed.Feed(Head.Weights, weights.AsMemory(), weights.Length);
            };
        }
        var targets = new float[(long)graph.RowCount * scores.Length];
        scores.CopyTo(targets, graph.Row * scores.Length);
        return feed =>
        {
            feed.Feed(Head.Labels, targets.AsMemory(), graph.RowCount, scores.Length);
            feed.Feed(Head.Weights, weights.AsMemory(), weights.Length);
        };
    }

    private static Value Entropy(Value mask)
    {
        Value Term(Value share) => share * Op.Log(share + 1e-12);
        return -(Term(mask) + Term(1.0 - mask));
    }

    private float[] OfEnds(float[] edges)
    {
        var nodes = new float[graph.NodeCount];
        for (var edge = 0; edge < edges.Length; edge++)
            foreach (var node in (int[])[graph.Sources[edge], graph.Targets[edge]])
                nodes[node] = Math.Max(nodes[node], edges[edge]);
        return nodes;
    }

    private static float[] Filled(int count, float value)
    {
        var filled = new float[count];
        Array.Fill(filled, value);
        return filled;
    }
}
