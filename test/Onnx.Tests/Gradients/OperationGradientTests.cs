namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class OperationGradientTests
{
    [TestMethod]
    public void Every_rule_is_checked()
    {
        var unchecked_ = GradientRules.Operations.Except(GradientCases.All.Select(@case => @case.Operation)).Order().ToArray();
        Assert.AreEqual("", string.Join(", ", unchecked_), "Operations with a gradient rule but without a case in GradientCases.");
    }

    [TestMethod]
    public void Names_of_cases_differ() =>
        CollectionAssert.AllItemsAreUnique(GradientCases.All.Select(@case => @case.ToString()).ToArray());

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Known_sizes(string name)
    {
        var @case = Find(name);
        FiniteDifferences.Check(Checked(@case), @case.At);
    }

    [TestMethod]
    [DynamicData(nameof(Nameable))]
    public void Named_dimensions(string name)
    {
        var @case = Find(name);
        FiniteDifferences.Check(Checked(@case), @case.At, [.. @case.At.Select(Named)]);
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void Steps_of_a_loop(string name)
    {
        var @case = Find(name);
        TensorData[] sequences = [.. @case.At.Select(Sequence)];
        FiniteDifferences.Check(v => Loop(v, [], (slices, _) => Checked(@case)(slices)), sequences);
    }

    [TestMethod]
    [DynamicData(nameof(NameableWithSeveral))]
    public void Steps_of_a_loop_with_named_dimensions(string name)
    {
        var @case = Find(name);
        TensorData[] sequences = [.. @case.At.Select(Sequence)];
        FiniteDifferences.Check(v =>
            Loop(v, [], (slices, _) => Checked(@case)(slices)), sequences, [.. @case.At.Select(at => Named(at).Insert(0, "time"))]);
    }

    [TestMethod]
    [DynamicData(nameof(Several))]
    public void Captured_by_a_loop_all_but_the_first(string name)
    {
        var @case = Find(name);
        FiniteDifferences.Check(v =>
            Loop([v[0]], v[1..], (slices, rest) => Checked(@case)([slices[0], .. rest])), [Sequence(@case.At[0]), .. @case.At[1..]]);
    }

    [TestMethod]
    [DynamicData(nameof(Several))]
    public void Captured_by_a_loop_the_first(string name)
    {
        var @case = Find(name);
        FiniteDifferences.Check(v => Loop(v[1..], [v[0]], (slices, first) => Checked(@case)([first[0], .. slices])),
            [@case.At[0], .. @case.At[1..].Select(Sequence)]);
    }

    // With the size 0 known beforehand ONNX Runtime drops the Expand that spreads the gradient; no such model has a use.
    [TestMethod]
    public void Sum_over_an_axis_that_turns_out_empty() =>
        FiniteDifferences.Check(v => Op.ReduceSum(v[0], [0]) * v[1], [GradientCase.X(0, 3), GradientCase.X(3)], [["nodes", 3], [3]]);

    private static IEnumerable<object[]> All => Names(_ => true);

    private static IEnumerable<object[]> Nameable => Names(@case => !@case.IsFixed);

    private static IEnumerable<object[]> Several => Names(@case => @case.At.Length > 1);

    private static IEnumerable<object[]> NameableWithSeveral => Names(@case => !@case.IsFixed && @case.At.Length > 1);

    private static IEnumerable<object[]> Names(Func<GradientCase, bool> choose) =>
        GradientCases.All.Where(choose).Select(@case => new object[] { @case.ToString() });

    private static GradientCase Find(string name) => GradientCases.All.Single(@case => @case.ToString() == name);

    // The case's function; what it writes must hold the operation the case is about.
    private static Func<Value[], Value> Checked(GradientCase @case) => v =>
    {
        var result = @case.Function(v);
        Assert.IsTrue(Holds(v[0].Graph.Root, @case.Operation)
            || Holds(result.Graph, @case.Operation), $"The function of case '{@case}' has no such operation.");
        return result;
    };

    private static bool Holds(Graph graph, string operation) =>
        graph.Nodes.Any(node => node.OpType == operation || node.Bodies.Any(body => Holds(body, operation)));

    // A loop whose state depends on what the function gives in each step, and whose outputs depend on the state.
    private static Value Loop(Value[] sequences, Value[] captured, Func<Value[], Value[], Value> function)
    {
        var (states, outputs) =
            Op.Scan([sequences.Concat(captured).First(value => value.Type.IsReal()).Number(1)], sequences, (state, slices) =>
        {
            var result = function(slices, captured);
            var next = state[0] * 0.5 + Op.ReduceSum(Op.Cast(result, state[0].Type), keepDims: false) * 0.1;
            return ([next], [Op.Cast(result, next.Type) * next]);
        });
        return Op.Concat(0, Op.Reshape(outputs[0], [outputs[0].Shape.Elements]), Op.Unsqueeze(states[0], 0));
    }

    // Three steps; real elements differ from step to step.
    private static TensorData Sequence(TensorData step)
    {
        const int Steps = 3;
        long[] sizes = [Steps, .. step.Sizes];
        return step.Type switch
        {
            ElementType.Double => TensorData
                .Create([.. Enumerable.Range(0, Steps).SelectMany(t => step.As<double>().Select(x => x * (1 + 0.15 * t)))], sizes),
            ElementType.Float => TensorData
                .Create([.. Enumerable.Range(0, Steps).SelectMany(t => step.As<float>().Select(x => x * (1 + 0.15f * t)))], sizes),
            _ => TensorData.Create([.. Enumerable.Repeat(step.As<long>(), Steps).SelectMany(x => x)], sizes),
        };
    }

    // Equal sizes have one name; a size of 1 stays a number, since it may be there to be stretched.
    private static Shape Named(TensorData tensor) => [.. tensor.Sizes.Select(size => size == 1 ? (Dim)1 : (Dim)$"size_{size}")];
}
