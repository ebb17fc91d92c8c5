namespace MLSeqGraph.Transforms;

/// <summary>
/// Tokens that stand for no text. They take the first ids of a vocabulary, in the order of the properties; null leaves one out.
/// </summary>
public sealed record SpecialTokens
{
    /// <summary>Pads sequences to a common length.</summary>
    public string? Padding { get; init; } = "<pad>";

    /// <summary>Stands for text outside the vocabulary.</summary>
    public string? Unknown { get; init; } = "<unk>";

    /// <summary>Begins a sequence.</summary>
    public string? Begin { get; init; } = "<s>";

    /// <summary>Ends a sequence.</summary>
    public string? End { get; init; } = "</s>";

    /// <summary>Hides a token that a model has to predict; null by default.</summary>
    public string? Mask { get; init; }

    /// <summary>Further tokens, with meanings of your own; none by default.</summary>
    public IReadOnlyList<string> Additional { get; init; } = [];

    /// <summary>No special tokens.</summary>
    public static SpecialTokens None { get; } = new() { Padding = null, Unknown = null, Begin = null, End = null };

    /// <summary>The tokens that are set, with their roles.</summary>
    internal IEnumerable<(string Role, string Token)> Roles()
    {
        (string Role, string? Token)[] roles =
            [("padding", Padding), ("unknown", Unknown), ("begin", Begin), ("end", End), ("mask", Mask),
                .. Additional.Select(token => ("additional", (string?)token))];
        foreach (var (role, token) in roles)
        {
            if (token is not null)
                yield return (role, token);
        }
    }

    internal SpecialTokens WithRole(string role, string token) => role switch
    {
        "padding" => this with { Padding = token },
        "unknown" => this with { Unknown = token },
        "begin" => this with { Begin = token },
        "end" => this with { End = token },
        "mask" => this with { Mask = token },
        _ => this with { Additional = [.. Additional, token] },
    };
}
