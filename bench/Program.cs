using BenchmarkDotNet.Running;
using MLSeqGraph.Bench;

// dotnet run -c Release --project bench [-- --cases a,b] [--repeat N] [--json FILE]   the cases against their peers
// dotnet run -c Release --project bench -- micro [BenchmarkDotNet's arguments]           micro-benchmarks
if (args is ["micro", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
    return 0;
}
if (args is ["measure" or "measure-peer", var name, var threads, var repeat])
{
    Console.WriteLine(Measurement.Of(args[0] == "measure" ? Cases.All[name] : Cases.StockPeers[name], int.Parse(threads), int.Parse(repeat)).ToJson());
    return 0;
}
return Comparison.Run(args);
