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
        using var deployment = new Deployment(parameters, model.Predict)
        {
            InUnitsOfRows = model.Head.IsInUnitsOfRows, Units = model.Head.Units,
        };
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

    /// <summary>The same for a model of the next steps, which is fed parts of whole rows one after another.</summary>
    internal static (Graph Graph, ModelVerification Verification) WriteSteps(SequenceNetworkModel model, ParameterSet parameters)
    {
        var graph = Deployment.Write(parameters, "steps", model.PredictNext);
        graph.RemoveUnreadInputs();
        using var deployed = StepModel.Of(graph);
        using var deployment = new Deployment(parameters, model.PredictSteps) { Units = model.Head.StepUnits };
        SequenceInput[] all = [model.Input, .. model.Sides.Select(side => side.Input)];
        var random = new Random(1);
        foreach (var (batch, most, chunk) in StepCases)
        {
            var time = Math.Min(most, model.Network.MaximumLength ?? most);
            Dictionary<string, TensorData> trained = [], given = [];
            SequenceInput.AddSamples(all, trained, given, [.. Enumerable.Repeat((long)time, batch)], random);
            using var run = deployed.Start(batch, time, deployed.Constants.ToDictionary(input => input.Name, input => given[input.Name]));
            var scores = new List<TensorData>();
            for (var at = 0; at < time; at += chunk)
            {
                var steps = Math.Min(chunk, time - at);
                scores.Add(run.Step(all.Where(input => deployed.Inputs.Any(read => read.Name == input.Column.InputName)).ToDictionary(
                    input => input.Column.InputName, input => input.Column.Kind.IsRow() ? trained[input.Column.InputName]
                    : Steps(trained[input.Column.InputName], at, steps, model.Network.Stepwise!.IsBefore(input.Column.InputName))), steps));
            }
            deployment.Compare(trained, new Dictionary<string, TensorData> { [ModelFormat.Score] = Joined(scores) });
        }
        return (graph, deployment.Verification);
    }

    // batch, steps, steps a run
    private static readonly (int Batch, int Steps, int Chunk)[] StepCases = [(1, 1, 1), (1, 9, 1), (3, 7, 1), (2, 12, 5), (4, 6, 6)];

    // Some of the steps of each row, or those one before them, where the first has any: its own.
    private static TensorData Steps(TensorData whole, int from, int count, bool before)
    {
        int[] steps = [.. Enumerable.Range(from - (before ? 1 : 0), count).Select(step => Math.Max(0, step))];
        return whole.Type == ElementType.Float ? Take<float>() : Take<long>();

        TensorData Take<T>() where T : unmanaged
        {
            var (rows, time) = ((int)whole.Sizes[0], (int)whole.Sizes[1]);
            var values = whole.As<T>();
            var width = values.Length / (rows * time);
            return TensorData.Create([.. Enumerable.Range(0, rows).SelectMany(row => steps.SelectMany(step =>
                values.AsSpan((row * time + step) * width, width).ToArray()))], [rows, count, .. whole.Sizes.Skip(2)]);
        }
    }

    // Parts [batch, steps, outputs] along the steps.
    private static TensorData Joined(List<TensorData> parts)
    {
        var (batch, width) = ((int)parts[0].Sizes[0], (int)parts[0].Sizes[2]);
        float[] all = [.. Enumerable.Range(0, batch).SelectMany(row => parts.SelectMany(part =>
            part.As<float>().AsSpan(row * (int)part.Sizes[1] * width, (int)part.Sizes[1] * width).ToArray()))];
        return TensorData.Create(all, batch, parts.Sum(part => part.Sizes[1]), width);
    }
}
