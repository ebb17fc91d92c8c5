using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Decision Transformers: what they learn, that steps give what whole trajectories give, and what is refused.</summary>
[TestClass]
public class DecisionTests
{
    private static readonly MLContext Ml = new(1);

    private static SequencePredictionTransformer Fit(DecisionTrainer.Options options, int rows = 24) =>
        Ml.Sequences().Decisions(options).Fit(Trajectory.View(Ml, Trajectory.Make(rows)));

    // The return that greedy choices of discrete actions get in a game of all steps.
    private static float Play(DecisionPolicy policy, float? asked)
    {
        using var run = asked is { } given ? policy.Start([given], Trajectory.Most) : policy.Start(1, Trajectory.Most);
        var got = 0f;
        for (var left = Trajectory.Most; left > 0; left--)
        {
            var scores = run.Act(TensorData.Create([left, 0.5f], 1, 2));
            var reward = scores[0] > scores[1] ? 1f : 0;
            run.Record([reward == 1 ? 0L : 1], [reward]);
            got += reward;
        }
        return got;
    }

    [TestMethod]
    public void Returns_asked_for_are_reached_and_behaviour_is_cloned()
    {
        using var trained = Fit(Trajectory.Small(25), 400);
        Assert.AreEqual("Decision Transformer", new DecisionNetwork(new(), "Returns", "Actions", null).Name);
        using var folder = new TemporaryFolder();
        var path = folder.File("steps.onnx");
        trained.ExportStepsToOnnx(path);
        using var policy = DecisionPolicy.Load(path);
        foreach (var asked in (float[])[0, 1, 3, 4])
            Assert.AreEqual(asked, Play(policy, asked), $"asked for {asked}");
        using var cloned = Fit(Trajectory.Small(5, hasReturns: false), 200);
        using var clone = cloned.ToPolicy();
        Assert.IsNull(clone.Info.Returns);
        Play(clone, null);
    }

    [TestMethod]
    public void Numbers_as_actions_reach_what_is_asked_for()
    {
        using var trained = Fit(Trajectory.Small(40, ofForces: true), 400);
        Assert.AreEqual(ModelTask.StepRegression, trained.Info.Task);
        using var policy = trained.ToPolicy();
        using var run = policy.Start([2.4f, -2], Trajectory.Most);
        float[] got = [0, 0];
        for (var left = Trajectory.Most; left > 0; left--)
        {
            var forces = run.Act(TensorData.Create([left, 0.5f, left, 0.5f], 2, 2));
            run.Record(forces, forces);
            for (var row = 0; row < 2; row++)
                got[row] += forces[row];
        }
        Assert.AreEqual(2.4f, got[0], 0.4f);
        Assert.AreEqual(-2f, got[1], 0.4f);
        Assert.AreEqual(2.4f - got[0], run.ReturnsToGo[0], 1e-5f);
    }

    [TestMethod]
    [DataRow(true, false, false)]
    [DataRow(true, true, false)]
    [DataRow(false, false, false)]
    [DataRow(true, false, true)]
    [DataRow(false, true, true)]
    public void Steps_one_by_one_give_what_whole_trajectories_give(bool hasReturns, bool ofForces, bool hasTimes)
    {
        var options = Trajectory.Small(2, hasReturns, ofForces);
        options.TimeColumnName = hasTimes ? nameof(Trajectory.Times) : null;
        options.Transformer = options.Transformer with { Window = hasReturns ? 6 : null };
        if (hasTimes)
            (options.SequenceColumnName, options.FeatureCount) = (nameof(Trajectory.Left), null);
        using var trained = Fit(options);
        Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
        var rows = Trajectory.Make(3, seed: 7);
        var view = Trajectory.View(Ml, rows);
        float[][] whole = [.. trained.Transform(view).GetColumn<float[]>("Score")];
        using var policy = trained.ToPolicy();
        var longest = rows.Max(row => row.Actions.Length);
        float[] returns = [.. rows.Select(row => (ofForces ? row.ForceReturns : row.Returns)[0])];
        using var run = hasReturns ? policy.Start(returns, longest) : policy.Start(rows.Length, longest);
        for (var step = 0; step < longest; step++)
        {
            T At<T>(T[] values, int width = 1, int i = 0) => values[Math.Min(step, values.Length / width - 1) * width + i];
            var scores = run.Act(hasTimes ? TensorData.Create([.. rows.Select(row => (long)At(row.Left))], rows.Length)
                : TensorData.Create([.. rows.SelectMany(row => (float[])[At(row.States, 2), At(row.States, 2, 1)])], rows.Length, 2),
                hasTimes ? [.. rows.Select(row => At(row.Times))] : null);
            for (var row = 0; row < rows.Length; row++)
                for (var i = 0; i < policy.ActionCount && step < rows[row].Actions.Length; i++)
                    Assert.AreEqual(whole[row][step * policy.ActionCount + i], scores[row * policy.ActionCount + i], 1e-4f);
            if (ofForces)
                run.Record(Array.ConvertAll(rows, row => At(row.Forces)), Array.ConvertAll(rows, row => At(row.Forces)));
            else
                run.Record(Array.ConvertAll(rows, row => At(row.Actions) - 1L),
                    Array.ConvertAll(rows, row => At(row.Actions) == 1 ? 1f : 0));
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => run.Act(hasTimes
            ? TensorData.Create(new long[rows.Length], rows.Length) : TensorData.Zeros(ElementType.Float, rows.Length, 2),
            hasTimes ? new float[rows.Length] : null)).Message, $"The rows have {longest} steps and get 1 more");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Exported_saved_and_loaded_models_score_alike(bool ofForces)
    {
        using var trained = Fit(Trajectory.Small(1, ofForces: ofForces));
        var view = Trajectory.View(Ml, Trajectory.Make(5, seed: 3));
        float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];
        var scores = Scores(trained.Transform(view));
        using var folder = new TemporaryFolder();
        string onnx = folder.File("model.onnx"), zip = folder.File("model.zip");
        trained.ExportToOnnx(onnx);
        Ml.Model.SaveWhole(trained, view.Schema, zip);
        foreach (var loaded in (ITransformer[])[Ml.Transforms.ApplySequenceModel(onnx, "States").Fit(view), Ml.Model.Load(zip, out _)])
            foreach (var (one, other) in scores.Zip(Scores(loaded.Transform(view))))
                for (var i = 0; i < one.Length; i++)
                    Assert.AreEqual(one[i], other[i], 1e-5f);
    }

    [TestMethod]
    public void Later_steps_and_a_rows_own_last_action_change_nothing()
    {
        using var trained = Fit(Trajectory.Small(2));
        var row = Trajectory.Make(2, seed: 5)[1];
        var before = trained.Transform(Trajectory.View(Ml, row)).GetColumn<float[]>("Score").Single();
        row.Actions[^1] = 3 - row.Actions[^1];
        row.States[^1] += 3;
        row.Returns[^1] += 1;
        var after = trained.Transform(Trajectory.View(Ml, row)).GetColumn<float[]>("Score").Single();
        for (var i = 0; i < before.Length - 2; i++)
            Assert.AreEqual(before[i], after[i], 1e-6f);
        Assert.AreNotEqual(before[^1], after[^1]);
    }

    // Returns, actions and times of two trajectories of three steps beside the states, all of them checked.
    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, false)]
    public void Gradient_of_inputs_and_all_parameters(bool hasReturns, bool hasTimes)
    {
        const int time = 3, batch = 2;
        var writer = new DecisionNetwork(new() { Hidden = 4, Layers = 1, Heads = 2, FeedForwardSize = 4, Activation =
            FeedForwardActivation.Gelu }, hasReturns ? "Returns" : null, "Actions", hasTimes ? "Times" : null);
        Value Encode(NetworkBuilder network, Value[] inputs)
        {
            Sequence Of(Value steps) => new(network, steps, null);
            Dictionary<string, Sequence> sides = new() { ["Actions"] = Of(inputs[1]) };
            if (hasReturns)
                sides["Returns"] = Of(inputs[2]);
            if (hasTimes)
                sides["Times"] = Of(inputs[^1]);
            var all = new SideInputs(sides) { TimesName = hasTimes ? "Times" : null };
            return writer.Encode(new(network, inputs[0], null) { Inputs = all }).Steps.Steps;
        }
        long[][] sizes = [[time, batch, 2], [time, batch, 3],
            .. Enumerable.Repeat((long[])[time, batch, 1], (hasReturns ? 1 : 0) + (hasTimes ? 1 : 0))];
        var shapes = new ParameterSet();
        var first = new NetworkBuilder(shapes, NetworkMode.Evaluation);
        Encode(first, [.. sizes.Select((size, i) => first.Input($"x{i}", ElementType.Float, Shape.Of(size)))]);
        TensorData[] at = [.. sizes.Select((size, i) => FiniteDifferences.Random(ElementType.Float, 10 + i, [.. size])),
            .. shapes.All.Select((parameter, i) => FiniteDifferences.Random(ElementType.Float, 20 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values => Encode(new(values[0].Graph, NetworkMode.Training, shapes.All.Zip(values.Skip(sizes.Length),
            (parameter, value) => (parameter.Name, value)).ToDictionary()), values[..sizes.Length]), at, tolerance: 6e-3, step: 3e-3);
    }

    private static void Refused<T>(string expected, Action action) where T : Exception =>
        StringAssert.Contains(Assert.Throws<T>(action).ToString(), expected);

    [TestMethod]
    public void Trajectories_that_do_not_fit_are_named()
    {
        void Bad(string expected, Action<Trajectory> change, bool ofForces = false)
        {
            var rows = Trajectory.Make(8);
            change(rows[5]);
            Refused<InvalidDataException>(expected, () =>
                Ml.Sequences().Decisions(Trajectory.Small(ofForces: ofForces)).Fit(Trajectory.View(Ml, rows)));
        }
        Bad("Column 'Actions', row 5: the sequence is empty", row => row.Actions = []);
        Bad("Column 'Forces', row 5: the sequence is empty", row => row.Forces = [], ofForces: true);
        Bad("Column 'Returns', row 5: 3 steps, but column 'States' has 4", row => row.Returns = row.Returns[1..]);
        Bad("Column 'Actions', row 5: 3 steps, but column 'States' has 4", row => row.Actions = row.Actions[1..]);
        Bad("Column 'Actions', row 5, step 1: the label is missing", row => row.Actions[1] = 0);
        Bad("Column 'Forces', row 5, step 2, feature 0: NaN", row => row.Forces[2] = float.NaN, ofForces: true);
        Bad("Column 'Returns', row 5, step 0, feature 0: Infinity", row => row.Returns[0] = float.PositiveInfinity);
    }

    [TestMethod]
    public void Returns_that_no_trajectory_has_are_refused()
    {
        using var trained = Fit(Trajectory.Small());
        using var policy = trained.ToPolicy();
        Assert.AreEqual((0f, 4f), (policy.Info.LowestReturn, policy.Info.HighestReturn));
        Refused<ArgumentException>("The return asked for is 5, which no trajectory of the training data had: expected 0 to 4",
            () => policy.Start([1, 5]));
        Refused<ArgumentException>("The return asked for is NaN", () => policy.Start([float.NaN], allowUnseen: true));
        policy.Start([5], allowUnseen: true).Dispose();
        Refused<ArgumentException>("start it with a return for each", () => policy.Start(2));
        using var run = policy.Start([1]);
        Refused<InvalidOperationException>("Step 0 has no scores yet", () => run.Record([0L], [0]));
        Refused<ArgumentException>("Input 'features' is Float [1, 1, 3]; expected Float [1, 1, 2]",
            () => run.Act(TensorData.Zeros(ElementType.Float, 1, 3)));
        Refused<ArgumentException>("Input 'features', trajectory 0: the number NaN; expected a finite one",
            () => run.Act(TensorData.Create([1f, float.NaN], 1, 2)));
        run.Act(TensorData.Zeros(ElementType.Float, 1, 2));
        Refused<InvalidOperationException>("expected a call of Record", () => run.Act(TensorData.Zeros(ElementType.Float, 1, 2)));
        Refused<ArgumentException>("The action is 2; expected 0 to 1", () => run.Record([2L], [0]));
        Refused<ArgumentException>("There are 2 actions and 1 rewards; expected 1 of each", () => run.Record([0L, 0], [0]));
        Refused<ArgumentException>("Reward 0 is NaN", () => run.Record([0L], [float.NaN]));
    }

    [TestMethod]
    public void Options_and_columns_that_do_not_fit_are_refused()
    {
        void Wrong(string expected, Action<DecisionTrainer.Options> change)
        {
            var options = Trajectory.Small();
            change(options);
            Refused<ArgumentException>(expected, () => Fit(options));
        }
        Wrong("Network is 'LSTM'", options => options.Network = SequenceNetwork.Lstm(4));
        Wrong("Transformer is with", options => options.Transformer = new() { Attention = SelfAttention.Linear });
        Wrong("LabelColumnName is 'Returns', which the network reads", options => options.LabelColumnName = "Returns");
        Wrong("Column 'Times' is Vector<Single>: expected tokens", options =>
            (options.LabelColumnName, options.Inputs) = ("Actions", [InputColumn.Tokens("Times")]));
        Wrong("OutputAttention", options => options.OutputAttention = true);
        using var others = Ml.Sequences().Tagging("Actions", "States", SequenceNetwork.Lstm(4), 1, 2)
            .Fit(Trajectory.View(Ml, Trajectory.Make(8)));
        Refused<InvalidOperationException>("train one with SequencesCatalog.Decisions", () => others.ToPolicy());
        Refused<InvalidDataException>("no 'mlseqgraph.decisions'", () => DecisionInfo.FromMetadata(new Dictionary<string, string>()));
    }
}
