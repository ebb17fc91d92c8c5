using MLSeqGraph.Transforms;

namespace Examples;

/// <summary>What somebody who mistyped a name may have meant.</summary>
internal static class Suggestion
{
    /// <summary>A question to append to an error message.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="known">What is known.</param>
    /// <returns>" Did you mean …?", or nothing where no known name is near.</returns>
    internal static string For(string text, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => EditDistance.Between(text, name))!;
        return EditDistance.Between(text, nearest) <= (text.TrimStart('-').Length + 1) / 3 ? $" Did you mean {nearest}?" : "";
    }
}
