using Microsoft.ML;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>What a command line says to try on a file.</summary>
/// <param name="ML">The context.</param>
/// <param name="Roles">What the columns are.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Portfolio">The models.</param>
/// <param name="Said">What was found out, in words.</param>
internal sealed record TablePlan(MLContext ML, TableRoles Roles, IReadOnlyList<TableRow> Rows, Portfolio Portfolio, string Said);
