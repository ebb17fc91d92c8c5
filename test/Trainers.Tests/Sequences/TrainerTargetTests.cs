using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Where a trainer runs, and what it says where that is not possible.</summary>
[TestClass]
public class TrainerTargetTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _log = [];

    private SequencePredictionTransformer Train(ExecutionTarget target)
    {
        _ml.Log += (_, message) => _log.Add(message.Message);
        return EveryForm.Trainer(_ml, "Classification", "Ragged", options => (options.Target, options.Epochs) = (target, 1)).Fit(
            EveryForm.Mapped(_ml, 12));
    }

    [TestMethod]
    public void Cuda_that_is_not_there_is_an_error_that_says_what_is_missing()
    {
        SkipWithCuda();
        var error = Assert.ThrowsExactly<ExecutionTargetException>(() => Train(ExecutionTarget.Cuda()));
        StringAssert.Contains(error.Message, "CUDA");
        StringAssert.Contains(error.Message, "driver");
        Assert.DoesNotContain("epoch 1/1", string.Join('\n', _log));
    }

    [TestMethod]
    public void Auto_falls_back_to_the_processor_and_says_why()
    {
        SkipWithCuda();
        using var model = Train(ExecutionTarget.Auto);
        Assert.AreEqual(TargetKind.Cpu, model.Target.Kind);
        StringAssert.Contains(model.FallbackReason, "CUDA");
        Assert.IsTrue(_log.Exists(line => line.Contains("CUDA", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public void Threads_of_the_processor_may_be_given()
    {
        using var model = Train(ExecutionTarget.Cpu(1));
        Assert.AreEqual(ExecutionTarget.Cpu(1), model.Target);
        Assert.IsNull(model.FallbackReason);
    }

    [TestMethod]
    public void The_log_says_what_is_trained_on_what_and_how_it_goes()
    {
        using var model = Train(ExecutionTarget.Cpu());
        var lines = _log.Where(line => line.Contains("Kind=Info", StringComparison.Ordinal)).Select(
            line => line[(line.IndexOf(']') + 2)..]).ToArray();
        Assert.HasCount(2, lines);
        Assert.AreEqual("GRU, 103 parameters; 12 rows, 2 features per step", lines[0]);
        Assert.AreEqual(model.History.Epochs[0].ToString(), lines[1]);
    }

    private static void SkipWithCuda()
    {
        var graph = new Graph("probe");
        graph.Output("y", Op.Tanh(graph.Input("x", ElementType.Float, [1])));
        using var session = new OnnxSession(graph, ExecutionTarget.Auto);
        if (session.Target.Kind == TargetKind.Cuda)
            Assert.Inconclusive("There is CUDA here.");
    }
}
