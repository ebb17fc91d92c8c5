using System.Diagnostics;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Sessions that are disposed of, before, while and after they run, or not at all.</summary>
[TestClass]
public class DisposalTests
{
    private static readonly Dictionary<string, TensorData> One = new() { ["x"] = TensorData.Vector(1f) };

    private static Graph Double()
    {
        var graph = new Graph("double");
        graph.Output("y", graph.Input("x", ElementType.Float, ["n"]) * 2.0);
        return graph;
    }

    [TestMethod]
    public void A_session_that_was_disposed_of_runs_no_more()
    {
        var session = new OnnxSession(Double());
        var binding = new SessionBinding(session);
        session.Dispose();
        session.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Run(One));
        Assert.ThrowsExactly<ObjectDisposedException>(() => new SessionBinding(session));
        Assert.ThrowsExactly<ObjectDisposedException>(() => binding.Run());
        binding.Dispose();
        binding.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => binding.OutputToDevice("y"));
        Assert.AreEqual("x", session.Inputs[0].Name, "what it is stays known");
    }

    [TestMethod]
    public void A_run_ends_as_if_its_session_stayed()
    {
        // h' = tanh(h U) so often that it still runs when the session is disposed of
        var graph = new Graph("long");
        var u = graph.Input("u", ElementType.Float, [64, 64]);
        var (states, _) = Op.Scan([graph.Input("h", ElementType.Float, [1, 64])], [graph.Input("steps", ElementType.Float, ["time", 1])],
            (s, step) => ([Op.Tanh(Op.MatMul(s[0], u) + step[0])], []));
        graph.Output("y", states[0]);
        Dictionary<string, TensorData> inputs = new()
        {
            ["u"] = TensorData.Zeros(ElementType.Float, 64, 64), ["h"] = TensorData.Zeros(ElementType.Float, 1, 64),
            ["steps"] = TensorData.Zeros(ElementType.Float, 50_000, 1),
        };
        var session = new OnnxSession(graph);
        using var began = new ManualResetEventSlim();
        var run = Task.Run(() =>
        {
            began.Set();
            return session.Run(inputs)["y"].Count;
        });
        began.Wait();
        while (!run.IsCompleted && session.Native.Uses < 2)
            Thread.Yield();
        session.Dispose();
        Assert.AreEqual(64, run.Result);
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Run(inputs));
    }

    [TestMethod]
    public void A_training_session_that_was_disposed_of_says_so()
    {
        var model = TrainingModel.Build(network =>
        {
            var error = network.Input("x", ElementType.Float, ["n"]) - network.Parameter("w", [1], Initializers.Zeros);
            return new(Op.ReduceMean(error * error, keepDims: false));
        }, new Sgd());
        var session = new TrainingSession(model);
        session.Dispose();
        session.Feed("x", new float[2], 2);
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Step(0.1f));
        session.Feed("x", new float[2], 2);
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Score());
        session.Feed("x", new float[2], 2);
        Assert.ThrowsExactly<ObjectDisposedException>(() => session.Evaluate());
        Assert.ThrowsExactly<ObjectDisposedException>(session.SaveParameters);
    }

    [TestMethod]
    public void A_profile_leaves_out_sessions_that_were_disposed_of()
    {
        using var profile = new SessionProfile();
        using (var session = new OnnxSession(Double()))
            session.Run(One);
        using var fromGraph = new OnnxSession(Double());
        using var fromFile = OnnxSession.Load(Google.Protobuf.MessageExtensions.ToByteArray(OnnxWriter.Write(Double())));
        fromGraph.Run(One);
        fromFile.Run(One);
        var (_, operations) = profile.Read(warmUp: 0);
        CollectionAssert.AreEqual(new[] { ("Mul", 2) }, operations.Select(time => (time.Operation, time.Calls)).ToArray());
        Assert.AreEqual(1, fromGraph.Native.Uses, "its owner's alone");
    }

    [TestMethod]
    public void Sessions_that_nobody_disposes_of_are_freed_in_time()
    {
        var before = Threads();
        for (var i = 0; i < 200; i++)
            _ = new OnnxSession(Double(), ExecutionTarget.Cpu(2)).Inputs;
        // a thread of its own each: without pressure on the collector all 200 would be there
        Assert.IsLessThan(before + 120, Threads());
    }

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
