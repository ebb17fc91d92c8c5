using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The outputs of some nodes as a network's input, by a forward pass over the whole graph with the session's current parameters.
/// </summary>
internal sealed class LayerwiseOutputs : IDisposable
{
    private readonly LayerwiseForward _forward;
    private readonly Dictionary<string, TensorData> _parameters;
    private readonly int[] _nodes;
    private readonly float[] _outputs;
    private CancellationToken _cancel;

    internal LayerwiseOutputs(ParameterSet parameters, LayerwiseForward forward, int[] nodes)
    {
        (_forward, _nodes, _outputs) = (forward, nodes, new float[(long)nodes.Length * forward.Width]);
        _parameters = parameters.All.ToDictionary(
            parameter => parameter.Name, parameter => TensorData.Create(new float[parameter.Value.Count], [.. parameter.Value.Sizes]));
    }

    /// <summary>The nodes and their labels as the only batch.</summary>
    internal BatchedRows With(LabelFeed labels)
    {
        labels.Fill(_nodes);
        var batch = new InputBatch(null, FeedTo, labels.FeedTo) { Count = _nodes.Length };
        return BatchedRows.Drawn((_, cancel) =>
        {
            _cancel = cancel;
            return batch;
        });
    }

    private void FeedTo(TrainingSession session)
    {
        session.ReadParameters(parameter => _parameters[parameter.Name].As<float>());
        var all = _forward.Run(name => _parameters[name], _cancel);
        var width = _forward.Width;
        for (var i = 0; i < _nodes.Length; i++)
            all.AsSpan(_nodes[i] * width, width).CopyTo(_outputs.AsSpan(i * width));
        session.Feed(LayeredNetworkModel.Outputs, _outputs, _nodes.Length, width);
    }

    public void Dispose() => _forward.Dispose();
}
