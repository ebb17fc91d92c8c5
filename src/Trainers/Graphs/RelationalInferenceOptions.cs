using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What <see cref="GraphNetwork.RelationalInference"/> is made of.</summary>
public sealed record RelationalInferenceOptions
{
    /// <summary>Numbers of a step of a node's series, 1 or more. Must be set.</summary>
    public int FeaturesPerStep { get; init; }

    /// <summary>Kinds of edges, 2 or more; 2 by default: no edge, and one.</summary>
    public int EdgeTypes { get; init; } = 2;

    /// <summary>Whether the first kind is that of no edge, along which nothing passes. True by default.</summary>
    public bool FirstIsNoEdge { get; init; } = true;

    /// <summary>Features of all hidden layers; 32 by default.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Steps that are predicted one after another from a true one; 10 by default, as in the paper.</summary>
    public int PredictionSteps { get; init; } = 10;

    /// <summary>Temperature of the draws; 0.5 by default, as in the paper.</summary>
    public float Temperature { get; init; } = 0.5f;

    /// <summary>Whether an edge is drawn as one kind in training, with the gradients of the mixture. False by default.</summary>
    public bool StraightThrough { get; init; }

    /// <summary>
    /// How much the divergence of an edge's kinds from the prior, in nats and on average over the edges, counts beside the loss of the
    /// predictions. 0.0001 by default: predictions are good to a few thousandths of their variance.
    /// </summary>
    public float DivergenceWeight { get; init; } = 1e-4f;

    /// <summary>The prior probability of each kind, above 0; null, the default, for equal ones.</summary>
    public float[]? Prior { get; init; }

    internal void Check()
    {
        TrainingOptions.AtLeast(nameof(FeaturesPerStep), FeaturesPerStep, 1);
        TrainingOptions.AtLeast(nameof(EdgeTypes), EdgeTypes, 2);
        TrainingOptions.AtLeast(nameof(Hidden), Hidden, 1);
        TrainingOptions.AtLeast(nameof(PredictionSteps), PredictionSteps, 1);
        TrainingOptions.Check(nameof(Temperature), Temperature > 0 && float.IsFinite(Temperature), Temperature, "a finite number above 0");
        TrainingOptions.Check(nameof(DivergenceWeight), DivergenceWeight >= 0 && float.IsFinite(DivergenceWeight), DivergenceWeight,
            "a finite number of at least 0");
        TrainingOptions.Check(nameof(Prior),
            Prior is null || (Prior.Length == EdgeTypes && Prior.All(share => share > 0 && float.IsFinite(share))),
            $"[{string.Join(", ", Prior ?? [])}]", $"{EdgeTypes} numbers above 0, or null");
    }

    internal Value Write(GraphInput x, int channels)
    {
        var network = x.Network;
        var features = x.Features.Shape[1].Size;
        if (features % FeaturesPerStep != 0 || features < 2 * FeaturesPerStep || channels != features - FeaturesPerStep)
            throw new GraphException($"Relational inference: nodes have {features} features and {channels} targets; expected two or more "
                + $"steps of {FeaturesPerStep} ({nameof(FeaturesPerStep)}), and all of them but the first as targets.");
        var (steps, nodes) = (features / FeaturesPerStep, x.Features.Shape[0]);
        var series = Op.Reshape(x.Features, [nodes, steps, FeaturesPerStep], x.Features);
        var logits = network.RelationEncoder(x.Edges, series, EdgeTypes, Hidden);                             // [edges, types]
        if (network.Mode != NetworkMode.Deployment)
            network.AddToLoss(Divergence(logits) * DivergenceWeight);
        // Each head of attention is averaged: this is one.
        x.OutputAttention(1.0 - Op.Slice(Op.Softmax(logits), 1, 0, 1));
        var weights = network.GumbelSoftmax(logits, Temperature, StraightThrough);
        // Every so many steps a true one, from each of which predictions go on.
        long[] starts = [.. Enumerable.Range(0, (int)((steps - 2) / PredictionSteps) + 1).Select(i => (long)i * PredictionSteps)];
        var states = Op.Gather(series, network.Graph.Vector(starts), 1);                                      // [nodes, starts, features]
        var predictions = new Value[Math.Min(PredictionSteps, steps - 1)];
        for (var step = 0; step < predictions.Length; step++)
            using (network.SharedScope("relation_decoder"))
                predictions[step] = Op.Unsqueeze(states = network.RelationDecoder(x.Edges, states, weights, Hidden, FirstIsNoEdge), 2);
        var all = Op.Concat(2, predictions);                                                        // [nodes, starts, steps, features]
        var flat = Op.Reshape(all, [nodes, starts.Length * predictions.Length * FeaturesPerStep], all);
        return Op.Slice(flat, 1, 0, channels);
    }

    // The mean over edges of Σ q ln(q / p); 0 where there is none.
    private Value Divergence(Value logits)
    {
        var total = (Prior ?? [.. Enumerable.Repeat(1f, EdgeTypes)]).Sum();
        float[] prior = [.. Enumerable.Range(0, EdgeTypes).Select(type => MathF.Log((Prior?[type] ?? 1) / total))];
        var each = Op.ReduceSum(Op.Softmax(logits) * (Op.LogSoftmax(logits) - logits.Graph.Vector(prior)), [1], keepDims: false);
        var count = Op.ReduceSum(Op.Filled(1f, [each.Shape[0]], each), keepDims: false);
        return Op.ReduceSum(each, keepDims: false) / Op.Max(count, count.Number(1));
    }
}
