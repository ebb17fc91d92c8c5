using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Deploys trained sequence networks. Random sequences check that the deployed form agrees with the trained one.</summary>
internal static class SequenceDeployment
{
    // batch, time, and whether lengths differ: one step, all steps, ragged with single steps among them
    private static readonly (int Batch, int Time, bool Ragged)[] Cases =
        [(1, 1, false), (1, 9, false), (3, 6, false), (3, 1, false), (4, 13, true), (7, 40, true)];

    /// <returns>The deployed graph and the result of the comparison.</returns>
    /// <exception cref="TensorMismatchException">It differs from the training graph.</exception>
    internal static (Graph Graph, ModelVerification Verification) Write(SequenceNetworkModel model, ParameterSet parameters)
    {
        var graph = Deployment.Write(parameters, "sequence_model", model.Predict);
        using var deployed = new OnnxSession(graph);
        using var deployment = new Deployment(parameters, model.Predict) { InUnitsOfRows = model.Head.IsInUnitsOfRows };
        SequenceInput[] all = [model.Input, .. model.Sides.Select(side => side.Input)];
        var random = new Random(1);
        foreach (var (batch, most, ragged) in Cases)
        {
            var fixedSteps = model.Input.FixedSteps;
            var time = fixedSteps ?? Math.Min(most, model.Network.MaximumLength ?? most);
            long[] lengths = [.. Enumerable.Range(0, batch)
                .Select(row => ragged && fixedSteps is null && row > 0 ? row == 1 ? 1L : random.Next(1, time + 1) : time)];
            Dictionary<string, TensorData> trained = [], given = [];
            SequenceInput.AddSamples(all, trained, given, lengths, random);
            deployment.Compare(trained, deployed.Run(given));
        }
        return (graph, deployment.Verification);
    }
}
