"""Tokens for scripts."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import Door
from annotate.models import ApiToken
from annotate.services.workforce import MOST_TOKENS, create_token, revoke_token


class TokenOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    application_of = serializers.IntegerField(
        allow_null=True, help_text="The project whose application has it; null: it is as you are."
    )
    key = serializers.CharField(required=False, help_text="Only in the answer to its creation.")


def _token_json(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "application_of": token.application_of_id,
    }


class TokensView(Door):
    actions: ClassVar = {"get": "token.read", "post": "token.create"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100)

    @extend_schema(operation_id="tokens_list", responses=TokenOutput(many=True))
    def get(self, _request: Request) -> Response:
        """The own tokens that are not revoked, newest first."""
        live = ApiToken.objects.filter(user=self.user, revoked_at__isnull=True)
        return Response([_token_json(token) for token in live.order_by("-pk")[:MOST_TOKENS]])

    @extend_schema(request=Input, responses={201: TokenOutput})
    def post(self, request: Request) -> Response:
        """Make a token. Its key is in this answer and nowhere else."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        token, key = create_token(user=self.user, name=data.validated_data["name"])
        token.refresh_from_db()
        return Response({**_token_json(token), "key": key}, status=201)


class TokenView(Door):
    actions: ClassVar = {"delete": "token.revoke"}

    @extend_schema(responses={204: None})
    def delete(self, _request: Request, token_id: int) -> Response:
        """Revoke a token at once."""
        revoke_token(user=self.user, token_id=token_id)
        return Response(status=204)
