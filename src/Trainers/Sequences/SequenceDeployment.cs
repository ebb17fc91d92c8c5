using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Writes the deployed form of a trained network and checks it against the training graph.</summary>
internal static class SequenceDeployment
{
    /// <summary>Largest difference allowed between the deployed model and the training graph, relative to max(1, |score|).</summary>
    internal const double Tolerance = 1e-4;

    internal static int CaseCount => Cases.Length;

    // batch, time, and whether lengths are given: one step, all steps, ragged with single steps among them, lengths left out
    private static readonly (int Batch, int Time, bool Ragged, bool OmitLengths)[] Cases =
        [(1, 1, false, false), (1, 9, false, false), (4, 13, true, false), (7, 40, true, false), (3, 6, false, true)];

    /// <summary>Writes the deployed graph and compares it with the training graph on random sequences.</summary>
    /// <returns>The graph, and the largest difference seen.</returns>
    /// <exception cref="TensorMismatchException">The two differ by more than <see cref="Tolerance"/>.</exception>
    internal static (Graph Graph, double LargestDifference) Write(SequenceNetworkModel model, ParameterSet parameters)
    {
        var deployed = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "sequence_model");
        model.Predict(deployed);
        ConstantFolding.Fold(deployed.Graph);
        var evaluated = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        model.Predict(evaluated);
        DeadCode.Remove(evaluated.Graph);
        return (deployed.Graph, Compare(model, deployed.Graph, evaluated));
    }

    private static double Compare(SequenceNetworkModel model, Graph deployed, NetworkBuilder evaluated)
    {
        using var deployedSession = new OnnxSession(deployed);
        using var reference = new OnnxSession(evaluated.Graph);
        var weights = evaluated.ParameterValues.Keys.ToDictionary(name => name, name => evaluated.Parameters[name].Value);
        var random = new Random(1);
        double largest = 0;
        foreach (var (batch, most, ragged, omitLengths) in Cases)
        {
            var time = Math.Min(most, model.Network.MaximumLength ?? most);
            var lengths = TensorData.Vector([.. Enumerable.Range(0, batch)
                .Select(row => ragged && row > 0 ? row == 1 ? 1L : random.Next(1, time + 1) : time)]);
            var inputs = new Dictionary<string, TensorData>();
            SequenceInput[] all = [model.Input, .. model.Sides.Select(side => side.Input)];
            foreach (var input in all)
                input.AddSample(inputs, batch, time, random);
            if (!omitLengths)
                AddLengths();
            var actual = deployedSession.Run(inputs);
            AddLengths();
            var expected = reference.Run(inputs.Concat(weights).ToDictionary());
            void AddLengths()
            {
                foreach (var input in all)
                    input.AddLengths(inputs, lengths);
            }

            foreach (var output in expected.Where(output => output.Value.Type == ElementType.Float))
            {
                var difference = TensorComparison.Between(output.Key, output.Value, actual[output.Key]);
                difference.ThrowIfAbove(Tolerance);
                largest = Math.Max(largest, difference.Difference);
            }
        }
        return largest;
    }
}
