using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Deploys trained networks of sequences: random ones show whether the two forms agree.</summary>
internal static class SequenceDeployment
{
    // batch, time, and whether lengths are given: one step, all steps, ragged with single steps among them, lengths left out
    private static readonly (int Batch, int Time, bool Ragged, bool OmitLengths)[] Cases =
        [(1, 1, false, false), (1, 9, false, false), (4, 13, true, false), (7, 40, true, false), (3, 6, false, true)];

    /// <returns>The deployed graph, and how it was compared.</returns>
    /// <exception cref="TensorMismatchException">It differs from the training graph.</exception>
    internal static (Graph Graph, ModelVerification Verification) Write(SequenceNetworkModel model, ParameterSet parameters)
    {
        var graph = Deployment.Write(parameters, "sequence_model", model.Predict);
        using var deployed = new OnnxSession(graph);
        using var deployment = new Deployment(parameters, model.Predict);
        SequenceInput[] all = [model.Input, .. model.Sides.Select(side => side.Input)];
        var random = new Random(1);
        foreach (var (batch, most, ragged, omitLengths) in Cases)
        {
            var time = Math.Min(most, model.Network.MaximumLength ?? most);
            var lengths = TensorData.Vector([.. Enumerable.Range(0, batch)
                .Select(row => ragged && row > 0 ? row == 1 ? 1L : random.Next(1, time + 1) : time)]);
            var inputs = new Dictionary<string, TensorData>();
            foreach (var input in all)
                input.AddSample(inputs, batch, time, random);
            var given = new Dictionary<string, TensorData>(inputs);
            foreach (var input in all)
                input.AddLengths(inputs, lengths);
            deployment.Compare(inputs, deployed.Run(omitLengths ? given : inputs));
        }
        return (graph, deployment.Verification);
    }
}
