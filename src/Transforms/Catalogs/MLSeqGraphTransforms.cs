using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Transforms of sequences, text and graphs, beside ML.NET's own in <see cref="MLContext.Transforms"/>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Method</term><description>From → to; row to row; whether <c>ml.Model.Save</c> takes it</description></listheader>
/// <item><term><c>TokenizeText</c></term><description>text → a variable vector of keys, [tokens]; row to row; saved</description></item>
/// <item><term><c>DetokenizeText</c></term><description>a vector of keys, [tokens] → text; row to row; saved</description></item>
/// <item><term><c>GroupIntoSequences</c></term><description>rows of series, time and features, Single → a row for each series, Single
/// [steps, features]; not saved</description></item>
/// <item><term><c>CutWindows</c></term><description>Single [steps, features], or keys, Int32 or Int64 [steps] → a row for each window, of
/// the same kind, [window steps, features] or [window steps], and its target, [horizon, features] or [horizon]; the transformer's
/// <c>LastWindow()</c> is row to row and, but for keys, saved</description></item>
/// <item><term><c>SmilesToGraph</c></term><description>text → <c>NodeFeatures</c>, Single [atoms, features]; <c>Edges</c>, Int32 [2,
/// edges]; <c>EdgeFeatures</c>, Single [edges, features]; row to row; saved</description></item>
/// <item><term><c>GraphPositionalFeatures</c></term><description>Single [nodes, features] and Int32 [2, edges] → Single [nodes,
/// features + new ones]; row to row; saved</description></item>
/// <item><term><c>NodePositionalFeatures</c></term><description>a row for each node, its id and features, Single [features], and a view of
/// edges → Single [features + new ones]; not saved</description></item>
/// <item><term><c>GroupIntoFeatureVectors</c></term><description>rows of node, feature's number and value → a row for each node, Single
/// [features], sparse; not saved</description></item>
/// <item><term><c>ApplySequenceModel</c>, <c>ApplyGraphModel</c></term><description>the columns of an exported model → its predictions;
/// row to row; saved</description></item>
/// <item><term><c>ApplyNodeModel</c></term><description>a row for each node and a view of edges → predictions of nodes; saved by
/// ids</description></item>
/// </list>
/// A program that loads a pipeline saved with them needs a reference to MLSeqGraph.Transforms and nothing else.
/// </remarks>
public static partial class MLSeqGraphTransforms
{
}
