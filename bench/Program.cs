using System.Globalization;
using MLSeqGraph.Bench;

// The cases against their peers:
//   dotnet run -c Release --project bench [-- --cases a,b] [--rounds N] [--seconds S] [--json FILE] [--no-torch]
// Where the time of a case goes, by layer:
//   dotnet run -c Release --project bench -- profile CASE [--threads N] [--runs N]
// How the cost grows with size, as a table and a picture:
//   dotnet run -c Release --project bench -- sizes [--points N] [--seconds S] [--threads N] [--picture PATH]
// How the cost of each graph layer grows with edges:
//   dotnet run -c Release --project bench -- edges [--most N] [--gigabytes N] [--layers "GCN;GAT"] [--picture PATH]
// Training shared by processes over MPI:
//   dotnet run -c Release --project bench -- ranks [--most N] [--rows N] [--batch N]
// What a trial costs a study, as it grows:
//   dotnet run -c Release --project bench -- studies [--database FILE] [--epochs N]
// What sampled neighbors of a graph that is cut over machines would exchange:
//   dotnet run -c Release --project bench -- partitions [--nodes N] [--inside X] [--gigabits X]
// What experiments find in a time, beside ML.NET's trees, and with and without pruning:
//   dotnet run -c Release --project bench -- experiments [--data FOLDER] [--seconds N] [--pruning-seconds N] [--presets good] [--sets a,b]
// Micro-benchmarks:
//   dotnet run -c Release --project bench -- micro [-- BenchmarkDotNet's arguments]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return BenchCommand.Run(args);
