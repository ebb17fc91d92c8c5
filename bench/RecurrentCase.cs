using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>A recurrent classifier of random sequences: one whole training step, or one inference.</summary>
internal sealed class RecurrentCase(string kind, int batch, int steps, int features, int hidden, bool train) : ICase
{
    private readonly float[] _x = RandomFloats(batch * steps * features);
    private readonly long[] _y = [.. Enumerable.Range(0, batch).Select(i => (long)(i * 7 % 2))];
    private TrainingSession? _session;
    private OnnxSession? _deployed;
    private Dictionary<string, TensorData>? _inputs;

    public void Setup(int threads)
    {
        var model = TrainingModel.Build(Classifier, new Adam());
        if (train)
        {
            _session = new TrainingSession(model, ExecutionTarget.Cpu(threads));
            return;
        }
        var network = new NetworkBuilder(model.Parameters, NetworkMode.Deployment);
        network.Graph.Output("logits", Logits(network, network.Input("x", ElementType.Float, ["batch", "time", features])));
        ConstantFolding.Fold(network.Graph);
        _deployed = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
        _inputs = new() { ["x"] = TensorData.Create(_x, batch, steps, features) };
    }

    public void Run()
    {
        if (_deployed is not null)
        {
            _deployed.Run(_inputs!);
            return;
        }
        _session!.Feed<float>("x", _x, batch, steps, features);
        _session.Feed<long>("y", _y, batch);
        _session.Step(1e-3f);
    }

    public void Dispose()
    {
        _session?.Dispose();
        _deployed?.Dispose();
    }

    private NetworkOutputs Classifier(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["batch", "time", features]);
        var y = network.Input("y", ElementType.Int64, ["batch"]);
        var logProbabilities = Op.LogSoftmax(Logits(network, x));
        return new(Op.Neg(Op.ReduceMean(Op.ReduceSum(logProbabilities * Op.OneHot(y, 2), [1], keepDims: false), keepDims: false)));
    }

    private Value Logits(NetworkBuilder network, Value x)
    {
        var sequence = new Sequence(network, Op.Transpose(x, 1, 0, 2), null);
        var last = Op.Squeeze((kind switch
        {
            "LSTM" => network.Lstm(sequence, new() { Hidden = hidden }),
            "GRU" => network.Gru(sequence, new() { Hidden = hidden }),
            _ => network.Rnn(sequence, new() { Hidden = hidden }),
        }).Last, 0);
        return Op.MatMul(last, network.Parameter("weight", [hidden, 2], Initializers.GlorotUniform)) + network.Parameter("bias", [2], Initializers.Zeros);
    }

    private static float[] RandomFloats(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
