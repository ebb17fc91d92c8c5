using System.Globalization;
using MLSeqGraph.Bench;

// The cases against their peers:
//   dotnet run -c Release --project bench [-- --cases a,b] [--rounds N] [--seconds S] [--json FILE] [--no-torch]
// Micro-benchmarks:
//   dotnet run -c Release --project bench -- micro [-- BenchmarkDotNet's arguments]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return BenchCommand.Run(args);
