using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class NodePlacementTests
{
    [TestMethod]
    public void Nodes_of_a_model_and_its_loops_are_listed_with_their_provider()
    {
        var graph = new Graph("recurrence");
        var (states, _) =
            Op.Scan([graph.Input("h", ElementType.Float, ["batch", 4])], [graph.Input("x", ElementType.Float, ["time", "batch", 4])],
            (s, x) => ([Op.Erf(s[0]) * x[0]], []));
        graph.Output("y", Op.Exp(states[0]));
        var placement = Record(graph);
        Assert.IsNull(placement.Unknown);
        Assert.IsTrue(placement.Nodes.All(node => node.Provider == "CPUExecutionProvider"));
        CollectionAssert.AreEquivalent(new[] { "Scan", "Erf", "Mul", "Exp" }, placement.Nodes.Select(node => node.OpType).ToArray());

        // seen as a CUDA session's, each of them is off its target
        Assert.HasCount(4, placement.OffTarget);
        Assert.IsTrue(placement.IsNotable);
        StringAssert.Contains(placement.ToString(), "4 of 4 nodes of a session on 'cuda' run on the processor");
        StringAssert.Contains(placement.ToString(), "1 Erf (erf)");
    }

    [TestMethod]
    public void A_model_that_fails_to_load_leaves_the_placement_unknown()
    {
        using var options = SessionSetup.Create();
        var placement = NodePlacement.Record(ExecutionTarget.Cuda(), options, _ => new InferenceSession(new byte[] { 1, 2, 3 }, options));
        Assert.IsNotNull(placement.Unknown);
        Assert.IsTrue(placement.IsNotable);
        StringAssert.Contains(placement.ToString(), placement.Unknown);
    }

    [TestMethod]
    public void Damaged_files_are_errors()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => OrtFormat.ReadNodes([]));
        Assert.ThrowsExactly<InvalidDataException>(() => OrtFormat.ReadNodes("no model of that format"u8.ToArray()));
        var damaged = new byte[64];
        "ORTM"u8.CopyTo(damaged.AsSpan(4));
        Assert.ThrowsExactly<InvalidDataException>(() => OrtFormat.ReadNodes(damaged));
        damaged.AsSpan(0, 4).Fill(0x7f);
        Assert.ThrowsExactly<InvalidDataException>(() => OrtFormat.ReadNodes(damaged));
    }

    private static NodePlacement Record(Graph graph)
    {
        var model = OnnxFile.ToBytes(graph);
        using var options = SessionSetup.Create();
        return NodePlacement.Record(ExecutionTarget.Cuda(), options, with => new InferenceSession(model, with));
    }
}
