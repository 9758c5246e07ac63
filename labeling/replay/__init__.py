"""Replaying recorded judgments: what would a policy have bought, and how right would it have
been?"""
