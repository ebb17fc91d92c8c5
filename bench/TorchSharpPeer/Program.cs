using System.Globalization;
using MLSeqGraph.Bench;
using MLSeqGraph.Bench.Peer;
using static TorchSharp.torch;

// The other side of the benchmark, which starts it; by hand:
//   TorchSharpPeer                                            prints the version, then the cases
//   TorchSharpPeer measure CASE THREADS SECONDS [FORMULATION]  prints a measurement, of the fastest formulation if none is named
//   TorchSharpPeer compare CASE                               prints what every formulation computes, and fails where they differ
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    NativeLibraries.Load();
    switch (args)
    {
        case []:
            Console.WriteLine(__version__);
            Console.WriteLine(string.Join(' ', CaseShapes.All.Where(known => Peers.Of(known.Value).Count > 0).Select(known => known.Key)));
            return 0;
        case ["measure", var name, var threads, var seconds, .. var formulation]:
            set_num_threads(int.Parse(threads, CultureInfo.InvariantCulture));
            var formulations = Peers.Of(CaseShapes.All[name]);
            var chosen = formulation is [var named] ? named : Fastest(formulations);
            Console.WriteLine(Measured(formulations, chosen, double.Parse(seconds, CultureInfo.InvariantCulture)).ToJson());
            return 0;
        case ["compare", var name]:
            return Compare(Peers.Of(CaseShapes.All[name]));
        default:
            Console.Error.WriteLine("Expected nothing, 'measure CASE THREADS SECONDS [FORMULATION]' or 'compare CASE'.");
            return 2;
    }
}
catch (DllNotFoundException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static string Fastest(IReadOnlyDictionary<string, Func<Work>> formulations) => formulations.Count == 1
    ? formulations.Keys.Single()
    : formulations.Keys.MinBy(name => Measured(formulations, name, 0.3).Minimum)!;

static Measurement Measured(IReadOnlyDictionary<string, Func<Work>> formulations, string name, double seconds)
{
    using var scope = NewDisposeScope();
    manual_seed(1);
    var work = formulations[name]();
    return Measurement.Of(() =>
    {
        using var ofRun = NewDisposeScope();
        work.Run();
    }, seconds, name);
}

// Results after a few runs: in training these tell differences of gradients and updates too.
static int Compare(IReadOnlyDictionary<string, Func<Work>> formulations)
{
    double? expected = null;
    var agree = true;
    foreach (var (name, make) in formulations)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var work = make();
        var results = Enumerable.Range(0, work.IsTraining ? 5 : 1).Select(_ => work.Run().to(float64).sum().item<double>()).ToArray();
        expected ??= results[^1];
        agree &= Math.Abs(results[^1] - expected.Value) <= 1e-3 * Math.Max(1, Math.Abs(expected.Value));
        Console.WriteLine($"{name}: {string.Join(' ', results.Select(result => $"{result:0.00000}"))}");
    }
    return agree ? 0 : 1;
}
