using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a sequence trainer learns to predict: the output layer, its loss, and the outputs of the deployed model.</summary>
internal abstract class SequenceHead
{
    /// <summary>The task, as the model's metadata has it.</summary>
    internal abstract SequenceTask Task { get; }

    /// <summary>The output layer.</summary>
    internal abstract Value Outputs(NetworkBuilder network, EncodedSequence encoded, SequenceOutputOptions options);

    /// <summary>Declares the labels and writes loss and metrics.</summary>
    /// <param name="network">The network.</param>
    /// <param name="outputs">What <see cref="Outputs"/> wrote.</param>
    /// <param name="weights">A weight an example [batch], or null.</param>
    internal abstract NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights);

    /// <summary>The outputs of the deployed model by name.</summary>
    internal abstract IReadOnlyList<(string Name, Value Value)> Predictions(Value outputs);

    /// <summary>Hands a batch's labels to a session.</summary>
    internal abstract void Feed(TrainingSession session, SequenceBatch batch);

    /// <summary>One vector a sequence, by the pooling asked for.</summary>
    private protected static Value Summary(EncodedSequence encoded, SequenceOutputOptions options)
    {
        var steps = encoded.Steps;
        var network = steps.Network;
        var summary = options.Pooling switch
        {
            Pooling.Last => encoded.Final ?? steps.Last,
            Pooling.Mean => steps.MeanPooling(),
            Pooling.Max => steps.MaxPooling(),
            _ => Attention(),
        };
        return network.Dropout(summary, options.Dropout);

        Value Attention()
        {
            var (mean, weights) = steps.AttentionPooling((int)steps.Features);
            options.OnPoolingWeights?.Invoke(weights);
            return mean;
        }
    }

    /// <summary>The weight of a batch's loss among those of other batches.</summary>
    internal static (string, Value) LossCount(Value weights) => ("loss/count", Op.ReduceSum(weights, keepDims: false));

    /// <summary>A metric that is a mean over examples: its sum and its count are added up over batches.</summary>
    internal static (string, Value)[] MeanMetric(string name, Value hits, Value counted) =>
    [
        (name + "/sum", Op.ReduceSum(hits * counted, keepDims: false)),
        (name + "/count", Op.ReduceSum(counted, keepDims: false)),
    ];
}

/// <summary>Options of the output side of a network.</summary>
/// <param name="Pooling">How steps become one vector.</param>
/// <param name="Dropout">Dropout before the output layer.</param>
internal sealed record SequenceOutputOptions(Pooling Pooling, float Dropout)
{
    /// <summary>Is given the weights of an attention pooling, [time, batch, 1].</summary>
    internal Action<Value>? OnPoolingWeights { get; init; }
}
