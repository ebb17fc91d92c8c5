using FineTune;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// The pre-trained model as the importer reads it. Operations are counted as those of <see cref="TransformerCase"/>, of all steps; a
/// training step takes three times as many, its vectors of tokens are read and updated by rows.
/// </summary>
internal sealed class PretrainedCase(PretrainedShape shape) : NetworkCase(shape.Train)
{
    private readonly ImportedModel _model = ImportedModel.Load(ModelPackage.Read("model.onnx"));
    private readonly long[] _tokens = shape.Tokens(), _lengths = [.. Enumerable.Repeat((long)shape.Steps, shape.Batch)];
    private readonly long[] _classes = Classes(shape.Batch, PretrainedShape.Classes);

    public override Cost Cost { get; } = new((double)shape.Batch * shape.Steps * PretrainedShape.Width * PretrainedShape.Layers
        * (8.0 * PretrainedShape.Width + 4.0 * PretrainedShape.Inner + 4.0 * shape.Steps) * (shape.Train ? 3 : 1), 0);

    protected override Value Logits(NetworkBuilder network)
    {
        var ids = network.Input("tokens", ElementType.Int64, ["batch", "time"]);
        var lengths = network.Input("lengths", ElementType.Int64, ["batch"]);
        var steps = Op.Range(Op.SizeOf(ids, 1), ids.Shape[1]);
        var output = _model.Outputs[0].Name;
        var tokens = _model.Write(network, new Dictionary<string, Value>
        {
            ["input_ids"] = ids,
            ["attention_mask"] = Op.Cast(Op.Less(steps, Op.Unsqueeze(lengths, 1)), ElementType.Int64),
            ["token_type_ids"] = Op.Filled(0L, ids.Shape, ids),
        }, [output])[output];                                                                              // [batch, time, width]
        return network.Linear(new Sequence(network, Op.Transpose(tokens, 1, 0, 2), lengths).MeanPooling(), PretrainedShape.Classes);
    }

    protected override NetworkOutputs Train(NetworkBuilder network) =>
        new(Loss.CrossEntropy(Logits(network), network.Input("classes", ElementType.Int64, ["batch"])));

    protected override IReadOnlyDictionary<string, TensorData> Inputs => new Dictionary<string, TensorData>
    {
        ["tokens"] = TensorData.Create(_tokens, shape.Batch, shape.Steps), ["lengths"] = TensorData.Create(_lengths, shape.Batch),
    };

    protected override void Feed(TrainingSession session)
    {
        session.Feed<long>("tokens", _tokens, shape.Batch, shape.Steps);
        session.Feed<long>("lengths", _lengths, shape.Batch);
        session.Feed<long>("classes", _classes, shape.Batch);
    }
}
